import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { RunDetail } from "../../../src/contracts/run.ts";
import type { RunPage } from "../../../src/contracts/run-list.ts";
import { queryKeys, type RunFilter } from "./query-keys.ts";
import { request } from "./request.ts";

/** What one request asks for. */
const RUNS_PER_PAGE = 50;

export function fetchRuns(
  filter: RunFilter,
  before: string | null = null,
  signal?: AbortSignal,
): Promise<RunPage> {
  const query = { ...filter, before, limit: RUNS_PER_PAGE };
  return request("/api/runs", { query, ...(signal === undefined ? {} : { signal }) });
}

export function fetchRun(uuid: string, signal?: AbortSignal): Promise<RunDetail> {
  return request(`/api/runs/${uuid}`, signal === undefined ? {} : { signal });
}

/** Newest first, page by page. */
export const runListQuery = (filter: RunFilter = {}) =>
  infiniteQueryOptions({
    queryKey: queryKeys.runList(filter),
    queryFn: ({ pageParam, signal }) => fetchRuns(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: RunPage) => page.next,
  });

export const runQuery = (uuid: string) =>
  queryOptions({ queryKey: queryKeys.run(uuid), queryFn: ({ signal }) => fetchRun(uuid, signal) });
