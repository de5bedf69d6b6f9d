import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { RunDetail, RunView } from "../../../src/contracts/run.ts";
import type { RunCount, RunPage } from "../../../src/contracts/run-list.ts";
import { queryKeys, type RunFilter } from "./query-keys.ts";
import { request } from "./request.ts";

/** What one request asks for: few at first, so that they are there soon, and more at a time for who goes on. */
const FIRST_RUNS = 50;
const FURTHER_RUNS = 150;

export function fetchRuns(
  filter: RunFilter,
  before: string | null = null,
  signal?: AbortSignal,
): Promise<RunPage> {
  const query = { ...filter, before, limit: before === null ? FIRST_RUNS : FURTHER_RUNS };
  return request("/api/runs", { query, ...(signal === undefined ? {} : { signal }) });
}

/** What one request for named runs may name. */
const MOST_NAMED = 200;

/** Runs by their UUIDs, in no order; those that are gone, or that a filter does not mean, are not among them. */
export async function fetchNamedRuns(uuids: readonly string[], filter: RunFilter = {}): Promise<RunView[]> {
  const found: RunView[] = [];
  for (let at = 0; at < uuids.length; at += MOST_NAMED) {
    const query = { ...filter, runs: uuids.slice(at, at + MOST_NAMED).join(","), limit: MOST_NAMED };
    found.push(...(await request<RunPage>("/api/runs", { query })).runs);
  }
  return found;
}

function fetchRun(uuid: string, signal?: AbortSignal): Promise<RunDetail> {
  return request(`/api/runs/${uuid}`, signal === undefined ? {} : { signal });
}

export const runCountQuery = (filter: RunFilter = {}) =>
  queryOptions({
    queryKey: queryKeys.runCount(filter),
    queryFn: ({ signal }) => request<RunCount>("/api/runs/count", { query: filter, signal }),
  });

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
