import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Images, SearchX } from "lucide-react";
import { useMemo } from "react";
import { runListQuery } from "../../api/runs.ts";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { Table } from "../../components/table.tsx";
import { RUN_COLUMNS } from "./run-columns.tsx";
import { RunFilters } from "./run-filters.tsx";
import type { RunsSearch } from "./runs-search.ts";

const ROW_HEIGHT = 64;

export function RunsPage() {
  const search = useSearch({ from: "/shell/runs" });
  const navigate = useNavigate();
  const { q, ...filter } = search;
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useInfiniteQuery(runListQuery(search));
  const runs = useMemo(() => data?.pages.flatMap((page) => page.runs) ?? [], [data]);
  const show = (next: RunsSearch) => void navigate({ to: "/runs", search: next, replace: true });
  const loadMore = () => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  };
  const isFiltered = Object.keys(search).length > 0;
  return (
    <Page title="Runs" actions={<RunFilters search={search} onChange={show} />}>
      {q !== undefined && (
        <p>
          Those that match “{q}”. <Button onClick={() => show(filter)}>Show all</Button>
        </p>
      )}
      {isPending && <SkeletonRows rows={8} height={`${ROW_HEIGHT}px`} label="Loading the runs" />}
      {error !== null && runs.length === 0 && (
        <ErrorState error={error} title="The runs could not be loaded" onRetry={() => void refetch()} />
      )}
      {runs.length > 0 && (
        <Table
          label="Runs, newest first"
          columns={RUN_COLUMNS}
          rows={runs}
          idOf={({ runUUID }) => runUUID}
          rowHeight={ROW_HEIGHT}
          total={hasNextPage ? null : runs.length}
          onEnd={loadMore}
        />
      )}
      {data !== undefined && runs.length === 0 && (isFiltered ? <NoMatch /> : <NoRuns />)}
    </Page>
  );
}

function NoMatch() {
  return (
    <EmptyState icon={SearchX} title="No run is like that">
      <p>Choose another status or workflow, or search for less.</p>
    </EmptyState>
  );
}

function NoRuns() {
  return (
    <EmptyState icon={Images} title="Nothing was run yet">
      <p>
        Start one, and it appears here while it is under way:{" "}
        <code>maskloom run face-detail photo.jpg --out out</code>
      </p>
    </EmptyState>
  );
}
