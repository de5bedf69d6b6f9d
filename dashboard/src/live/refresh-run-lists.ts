import { hashKey, type QueryClient, type QueryKey } from "@tanstack/react-query";
import type { RunView } from "../../../src/contracts/run.ts";
import type { RunPage } from "../../../src/contracts/run-list.ts";
import { queryKeys, type RunFilter } from "../api/query-keys.ts";
import { fetchNamedRuns, fetchRuns } from "../api/runs.ts";
import { shownStatus } from "../components/shown-status.ts";
import type { Changes } from "./changes.ts";
import { countNewRuns, isHeld, releaseList } from "./held-lists.ts";
import { keepSame, mergeHead, patchRuns, type RunPages, replaceRuns, runUuidsOf } from "./merge-runs.ts";

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

/** Lets those in that a held list kept waiting. */
export async function showNewRuns(client: QueryClient, filter: RunFilter): Promise<void> {
  const queryKey = queryKeys.runList(filter);
  releaseList(hashKey(queryKey));
  const isDone = await refreshList(client, queryKey, { runs: new Map(), isEverything: false });
  /* It was being fetched, from when the new ones were not there yet. */
  if (!isDone) await client.invalidateQueries({ queryKey, exact: true });
}

async function refreshList(
  client: QueryClient,
  queryKey: QueryKey,
  changes: Pick<Changes, "runs" | "isEverything">,
): Promise<boolean> {
  const filter = (queryKey[2] ?? {}) as RunFilter;
  const isBusy = () => client.getQueryState(queryKey)?.fetchStatus === "fetching";
  const known = client.getQueryData<RunPages>(queryKey);
  if (isBusy()) return false;
  if (known === undefined) return true;
  const head = await fetchRuns(filter);
  /* What is not in a new head may be older, or may no longer be what the filter means: the server knows which. */
  const below = belowHead(known, head, changes);
  const fetched = new Map<string, RunView>(
    (await fetchNamedRuns(below, filter)).map((run) => [run.runUUID, run] as const),
  );
  const gone = new Set(below.filter((uuid) => !fetched.has(uuid)));
  /* A page that is being fetched now would put the pages from before back: the caller comes again. */
  if (isBusy()) return false;
  client.setQueryData<RunPages>(queryKey, (pages) => {
    if (pages === undefined) return pages;
    const replaced = replaceRuns(pages, fetched, gone);
    return keepMatching(putHead(replaced, head, hashKey(queryKey)), filter);
  });
  return true;
}

/** What may look otherwise now and does not come with the head. */
function belowHead(
  known: RunPages,
  head: RunPage,
  { runs, isEverything }: Pick<Changes, "runs" | "isEverything">,
): string[] {
  const inHead = new Set<string>(head.runs.map(({ runUUID }) => runUUID));
  return [...runUuidsOf(known)].filter((uuid) => !inHead.has(uuid) && (isEverything || runs.has(uuid)));
}

/** Of a list that is held, only what it has already is shown anew; the others are counted. */
function putHead(pages: RunPages, fetched: RunPage, hash: string): RunPages {
  const head = keepSame(pages, fetched);
  if (!isHeld(hash)) return mergeHead(pages, head);
  const listed = runUuidsOf(pages);
  const count = head.runs.filter(({ runUUID }) => !listed.has(runUUID)).length;
  countNewRuns(hash, { count, isMore: count === head.runs.length && head.next !== null });
  return replaceRuns(pages, new Map(head.runs.map((run) => [run.runUUID, run] as const)));
}

/** A run that has ended, or that a budget holds, is no longer in a list of those that run. */
function keepMatching(pages: RunPages, { status }: RunFilter): RunPages {
  if (status === undefined) return pages;
  const statuses = status.split(",");
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      runs: page.runs.filter((run) => statuses.includes(shownStatus(run))),
    })),
  };
}
