import type { QueryClient } from "@tanstack/react-query";
import type { RunView } from "../../../src/contracts/run.ts";
import { queryKeys, type RunFilter } from "../api/query-keys.ts";
import { fetchRun, fetchRuns } from "../api/runs.ts";
import type { Changes } from "./changes.ts";
import { mergeHead, patchRuns, type RunPages, replaceRuns, runUuidsOf } from "./merge-runs.ts";

/** Runs further down a list are fetched one by one; of more than this at a time only the status is shown at once. */
const MOST_FETCHED = 20;

/**
 * Brings the lists of runs that are on the page up to date: statuses at once, the head and what changed further down as soon as it is
 * fetched. Lists that nobody looks at are fetched when somebody does.
 * @returns whether all lists have it; false where one was being fetched itself, so that it has to be done again
 */
export async function refreshRunLists(client: QueryClient, changes: Changes): Promise<boolean> {
  client.setQueriesData<RunPages>({ queryKey: queryKeys.runLists }, (pages) =>
    pages === undefined ? pages : patchRuns(pages, changes.runs),
  );
  const inactive = { queryKey: queryKeys.runLists, type: "inactive", refetchType: "none" } as const;
  await client.invalidateQueries(inactive);
  const queries = client.getQueryCache().findAll({ queryKey: queryKeys.runLists, type: "active" });
  const done = await Promise.all(queries.map(({ queryKey }) => refreshList(client, queryKey, changes)));
  return done.every(Boolean);
}

async function refreshList(
  client: QueryClient,
  queryKey: readonly unknown[],
  changes: Changes,
): Promise<boolean> {
  const filter = (queryKey[2] ?? {}) as RunFilter;
  const isBusy = () => client.getQueryState(queryKey)?.fetchStatus === "fetching";
  const known = client.getQueryData<RunPages>(queryKey);
  if (isBusy()) return false;
  if (known === undefined) return true;
  const head = await fetchRuns(filter);
  const inHead = new Set<string>(head.runs.map(({ runUUID }) => runUUID));
  const listed = runUuidsOf(known);
  const below = [...changes.runs.keys()].filter((uuid) => listed.has(uuid) && !inHead.has(uuid));
  const fetched = await Promise.all(below.slice(0, MOST_FETCHED).map((uuid) => fetchRun(uuid)));
  const runs = new Map<string, RunView>(fetched.map((run) => [run.runUUID, run]));
  /* A page that is being fetched now would put the pages from before back: the caller comes again. */
  if (isBusy()) return false;
  client.setQueryData<RunPages>(queryKey, (pages) =>
    pages === undefined ? pages : keepMatching(replaceRuns(mergeHead(pages, head), runs), filter),
  );
  return true;
}

/** A run that has ended is no longer in a list of those that run. */
function keepMatching(pages: RunPages, { status }: RunFilter): RunPages {
  if (status === undefined) return pages;
  const statuses = status.split(",");
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      runs: page.runs.filter((run) => statuses.includes(run.status)),
    })),
  };
}
