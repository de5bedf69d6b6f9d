import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Images, Plus, SearchX } from "lucide-react";
import type { BatchStanding } from "../../../../src/contracts/api.ts";
import { batchPagesQuery } from "../../api/batches.ts";
import { workflowsQuery } from "../../api/installation.ts";
import { Button } from "../../components/button.tsx";
import buttonLink from "../../components/button-link.module.css";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { Select } from "../../components/select.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { STATUS_LOOKS } from "../../components/status-look.ts";
import { Table } from "../../components/table.tsx";
import { BATCH_COLUMNS } from "./batch-columns.tsx";
import styles from "./batches-page.module.css";
import { BATCH_STATUSES, type BatchesSearch } from "./batches-search.ts";

const ROW_HEIGHT = 60;

/** Every batch, how far it is, how fast, and what it cost. */
export function BatchesPage() {
  const search = useSearch({ from: "/shell/batches" });
  const navigate = useNavigate();
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useInfiniteQuery(batchPagesQuery(search));
  const batches = data?.pages.flatMap((page) => page.batches) ?? [];
  const show = (next: BatchesSearch) => void navigate({ to: "/batches", search: next, replace: true });
  const isFiltered = Object.keys(search).length > 0;
  const loadMore = () => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  };
  return (
    <Page title="Batches" filters={<Filters search={search} onChange={show} />} actions={<StartLink />}>
      {isPending && <SkeletonRows rows={6} height={`${ROW_HEIGHT}px`} label="Loading the batches" />}
      {error !== null && batches.length === 0 && (
        <ErrorState error={error} title="The batches could not be loaded" onRetry={() => void refetch()} />
      )}
      {batches.length > 0 && (
        <div className={styles["list"]}>
          <Table
            label="Batches, newest first"
            columns={BATCH_COLUMNS}
            rows={batches}
            idOf={({ batchUUID }) => batchUUID}
            rowHeight={ROW_HEIGHT}
            total={hasNextPage ? null : batches.length}
            onEnd={loadMore}
          />
        </div>
      )}
      {data !== undefined &&
        batches.length === 0 &&
        (isFiltered ? <NoMatch onAll={() => show({})} /> : <None />)}
    </Page>
  );
}

/** Of tasks, and not of all of the batch: others of it may go on. */
const WAITING: Partial<Record<BatchStanding, string>> = {
  held: "With held tasks",
  uncertain: "With uncertain tasks",
  review: "With tasks in review",
};

interface FiltersProps {
  readonly search: BatchesSearch;
  readonly onChange: (search: BatchesSearch) => void;
}

function Filters({ search, onChange }: FiltersProps) {
  const { data } = useQuery(workflowsQuery);
  const names = new Set(data?.workflows.map(({ name }) => name));
  if (search.workflow !== undefined) names.add(search.workflow);
  const change = (status: string, workflow: string) => {
    const known = BATCH_STATUSES.find((one) => one === status);
    onChange({ ...(known === undefined ? {} : { status: known }), ...(workflow === "" ? {} : { workflow }) });
  };
  const { status = "", workflow = "" } = search;
  return (
    <>
      <Select
        aria-label="Status"
        value={status}
        options={[
          { value: "", label: "Every status" },
          ...BATCH_STATUSES.map((value) => ({ value, label: WAITING[value] ?? STATUS_LOOKS[value].word })),
        ]}
        onChoose={(value) => change(value, workflow)}
      />
      <Select
        aria-label="Workflow"
        value={workflow}
        options={[
          { value: "", label: "Every workflow" },
          ...[...names].map((value) => ({ value, label: value })),
        ]}
        onChoose={(value) => change(status, value)}
      />
    </>
  );
}

function StartLink() {
  return (
    <Link to="/batches/new" className={buttonLink["link"]}>
      <Plus size={16} aria-hidden />
      New batch
    </Link>
  );
}

function NoMatch({ onAll }: { readonly onAll: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="No batch is like that"
      actions={<Button onClick={onAll}>Show all</Button>}
    >
      <p>Choose another status or workflow.</p>
    </EmptyState>
  );
}

function None() {
  return (
    <EmptyState icon={Images} title="No batch yet" actions={<StartLink />}>
      <p>
        A batch puts a whole folder, an upload or a list through one workflow. Begin one here, or with{" "}
        <code>maskloom run face-detail photos/ --out out</code>
      </p>
    </EmptyState>
  );
}
