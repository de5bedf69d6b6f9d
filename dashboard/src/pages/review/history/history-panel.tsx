import { useInfiniteQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { decisionListQuery } from "../../../api/reviews.ts";
import { EmptyState } from "../../../components/empty-state.tsx";
import { ErrorState } from "../../../components/error-state.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { Table } from "../../../components/table.tsx";
import type { ReviewSearch } from "../review-search.ts";
import { DECISION_COLUMNS } from "./decision-columns.tsx";

const ROW_HEIGHT = 60;

/** What was decided, by whom and when. */
export function HistoryPanel({ batch, workflow }: Pick<ReviewSearch, "batch" | "workflow">) {
  const filter = {
    ...(batch === undefined ? {} : { batch }),
    ...(workflow === undefined ? {} : { workflow }),
  };
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(decisionListQuery(filter));
  const decisions = data?.pages.flatMap((page) => page.decisions) ?? [];
  if (isPending) return <SkeletonRows rows={8} height={`${ROW_HEIGHT}px`} label="Loading what was decided" />;
  if (error !== null && decisions.length === 0) {
    return (
      <ErrorState error={error} title="What was decided could not be loaded" onRetry={() => void refetch()} />
    );
  }
  if (decisions.length === 0) {
    return (
      <EmptyState icon={History} title="Nothing was decided yet">
        <p>What somebody accepts, has made again or keeps as it was is listed here, with who it was.</p>
      </EmptyState>
    );
  }
  return (
    <Table
      label="Decisions, newest first"
      columns={DECISION_COLUMNS}
      rows={decisions}
      idOf={({ taskUUID, round }) => `${taskUUID} ${round}`}
      rowHeight={ROW_HEIGHT}
      total={data?.pages[0]?.total ?? null}
      onEnd={() => {
        if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
      }}
    />
  );
}
