import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { FileInput, Plus, SearchX } from "lucide-react";
import { workflowsQuery } from "../../api/installation.ts";
import { workflowUsageQuery } from "../../api/workflows.ts";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { Select } from "../../components/select.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { TextInput } from "../../components/text-input.tsx";
import { usePageRowKeys } from "../../components/use-row-keys.ts";
import { NEW_NAME } from "../workflow/new-workflow.ts";
import { ImportDialog } from "./import-dialog.tsx";
import { orderWorkflows, type UsedWorkflow } from "./order-workflows.ts";
import { WorkflowRow } from "./workflow-row.tsx";
import styles from "./workflows.module.css";
import type { Sort, WorkflowsSearch } from "./workflows-search.ts";

const SORT_TITLES: Readonly<Record<Sort, string>> = {
  recent: "Recently used",
  name: "By name",
  runs: "Most used",
  success: "Most successful",
};

/** The workflows that there are, what they do, and how they went. */
export function WorkflowsPage() {
  const search = useSearch({ from: "/shell/workflows" });
  const navigate = useNavigate();
  const change = (next: WorkflowsSearch) =>
    void navigate({ to: "/workflows", search: { ...search, ...next }, replace: true });
  const close = () => {
    const { import: _, ...rest } = search;
    void navigate({ to: "/workflows", search: rest, replace: true });
  };
  return (
    <Page
      title="Workflows"
      actions={
        <>
          <Button icon={FileInput} onClick={() => change({ import: true })}>
            Import
          </Button>
          <Button
            icon={Plus}
            look="primary"
            onClick={() => void navigate({ to: "/workflows/$name", params: { name: NEW_NAME } })}
          >
            <span>
              New<span className={styles["onlyWide"]}> workflow</span>
            </span>
          </Button>
        </>
      }
    >
      <div className={styles["tools"]}>
        <TextInput
          type="search"
          aria-label="Workflows whose name or description has"
          placeholder="Name or description"
          value={search.q ?? ""}
          onChange={({ target }) => change({ q: target.value })}
        />
        <Select
          aria-label="Order"
          value={search.sort ?? "recent"}
          options={Object.entries(SORT_TITLES).map(([value, label]) => ({ value, label }))}
          onChoose={(sort) => change({ sort: sort as Sort })}
        />
      </div>
      <WorkflowList search={search} />
      <ImportDialog isOpen={search.import === true} onClose={close} />
    </Page>
  );
}

function WorkflowList({ search: { q, sort } }: { readonly search: WorkflowsSearch }) {
  const { data, error, isPending, refetch } = useQuery(workflowsQuery);
  const { data: used } = useQuery(workflowUsageQuery);
  const all: UsedWorkflow[] = (data?.workflows ?? []).map((workflow) => ({
    workflow,
    usage: used?.workflows.find(({ name }) => name === workflow.name) ?? null,
  }));
  const shown = orderWorkflows(all, { q, sort });
  usePageRowKeys();
  /* Their order is that of their use, so both are waited for. */
  if (isPending || (used === undefined && error === null))
    return <SkeletonRows rows={8} height="5.5rem" label="Loading the workflows" />;
  if (error !== null && data === undefined)
    return (
      <ErrorState error={error} title="The workflows could not be loaded" onRetry={() => void refetch()} />
    );
  if (shown.length === 0)
    return (
      <EmptyState icon={SearchX} title={`No workflow has “${q}” in its name or description`}>
        <p>
          <Link to="/workflows" search={sort === undefined ? {} : { sort }}>
            Show all {all.length}
          </Link>
        </p>
      </EmptyState>
    );
  return (
    <ul className={styles["list"]} aria-label="Workflows">
      {shown.map((one) => (
        <WorkflowRow key={one.workflow.name} used={one} />
      ))}
    </ul>
  );
}
