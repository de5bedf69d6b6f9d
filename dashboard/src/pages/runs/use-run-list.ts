import { hashKey, keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { queryKeys, type RunFilter } from "../../api/query-keys.ts";
import { runCountQuery, runListQuery } from "../../api/runs.ts";
import { EVERYTHING } from "../../live/changes.ts";
import { refreshRunLists } from "../../live/refresh-run-lists.ts";

/** The number follows the list, but not each of its changes: it is dearer to know. */
const COUNT_MS = 3_000;

const number = new Intl.NumberFormat("en");

/** The list and how long it is; what was there stays in sight until what a new filter means is there. */
export function useRunList(filter: RunFilter) {
  useCaughtUp(filter);
  const list = useInfiniteQuery({
    ...runListQuery(filter),
    placeholderData: keepPreviousData,
    refetchOnMount: false,
  });
  const { data, dataUpdatedAt, isPlaceholderData, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const runs = useMemo(() => data?.pages.flatMap((page) => page.runs) ?? [], [data]);
  const isWhole = data !== undefined && !isPlaceholderData && !hasNextPage;
  const matching = useMatching(filter, dataUpdatedAt);
  const loadMore = () => {
    if (hasNextPage && !isFetchingNextPage && !isPlaceholderData) void fetchNextPage();
  };
  return { ...list, runs, loadMore, matching: isWhole ? number.format(runs.length) : matching, isWhole };
}

/**
 * A list that one comes back to is brought up to date as live ones are, and not loaded anew: what is new waits above the
 * place where one was.
 */
function useCaughtUp(filter: RunFilter): void {
  const client = useQueryClient();
  const hash = hashKey(queryKeys.runList(filter));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the hash says which filter it is
  useEffect(() => {
    const state = client.getQueryState(queryKeys.runList(filter));
    if (state?.data === undefined || !state.isInvalidated) return;
    void refreshRunLists(client, EVERYTHING).catch(() => undefined);
  }, [client, hash]);
}

/** "1,234", "10,000+"; null until it is known. */
function useMatching(filter: RunFilter, changedAt: number): string | null {
  const client = useQueryClient();
  const { data, dataUpdatedAt } = useQuery({ ...runCountQuery(filter), placeholderData: keepPreviousData });
  const countedAt = useRef(0);
  countedAt.current = dataUpdatedAt;
  useEffect(() => {
    if (changedAt <= countedAt.current) return;
    const wait = Math.max(0, countedAt.current + COUNT_MS - Date.now());
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey: queryKeys.runCounts }), wait);
    return () => clearTimeout(timer);
  }, [changedAt, client]);
  if (data === undefined) return null;
  return data.isExact ? number.format(data.count) : "10,000+";
}
