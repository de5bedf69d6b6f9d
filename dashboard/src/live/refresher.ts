import { partialMatchKey, type Query, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { queryKeys } from "../api/query-keys.ts";
import type { Changes } from "./changes.ts";
import { collectChanges, EVERYTHING, NO_CHANGES } from "./changes.ts";
import { compareKeysOf } from "./compare-keys.ts";
import type { LiveContext } from "./live-connection.ts";
import { parkedKeysOf } from "./parked-keys.ts";
import { refreshRunLists } from "./refresh-run-lists.ts";
import { reviewKeysOf } from "./review-keys.ts";
import { keepProgress } from "./task-progress.ts";
import { waitingKeysOf } from "./waiting-keys.ts";

/** What came within this time is shown at once: an eye cannot follow more, and a burst costs a few requests. */
const GATHER_MS = 250;
/** After a failure: the connection's own return asks for everything anyway. */
const FAILED_MS = 2_000;

export interface Refresher extends Pick<LiveContext, "onEvent" | "onWorkers" | "onInstallation" | "onOpen"> {
  close(): void;
}

interface RefresherOptions {
  readonly schedule: LiveContext["schedule"];
  readonly gatherMs?: number;
  readonly failedMs?: number;
}

/** Turns events into fetches of what is on the page, a few times a second at most and never two of them at once. */
export function createRefresher(client: QueryClient, options: RefresherOptions): Refresher {
  const { schedule, gatherMs = GATHER_MS, failedMs = FAILED_MS } = options;
  const collector = collectChanges();
  let takeBack: (() => void) | null = null;
  let waiting: readonly QueryKey[] = [];
  let busy = false;
  let hasEnded = false;

  const plan = (delayMs: number) => {
    if (takeBack === null && !busy) takeBack = schedule(flush, delayMs);
  };
  const flush = () => {
    takeBack = null;
    busy = true;
    const changes = collector.take();
    applyChanges(client, changes, waiting)
      .then(
        (left) => {
          waiting = left.waiting;
          if (!left.listsDone) collector.addAll(changes);
          return gatherMs;
        },
        () => {
          collector.addAll(changes);
          return failedMs;
        },
      )
      .then((delayMs) => {
        busy = false;
        if (!collector.isEmpty() || waiting.length > 0) plan(delayMs);
      })
      .catch(() => undefined);
  };
  return {
    onEvent(event) {
      if (keepProgress(client, event)) return;
      hasEnded ||= event.type.endsWith(".ended");
      collector.add(event);
      plan(gatherMs);
    },
    onWorkers() {
      collector.addAll({ ...NO_CHANGES, hasWorkers: true, hasEnded });
      hasEnded = false;
      plan(gatherMs);
    },
    onInstallation() {
      collector.addAll({ ...NO_CHANGES, hasInstallation: true });
      plan(gatherMs);
    },
    onOpen() {
      collector.addAll(EVERYTHING);
      plan(0);
    },
    close() {
      takeBack?.();
    },
  };
}

interface Left {
  /** Whether the lists of runs have it; otherwise the changes have to be applied again. */
  readonly listsDone: boolean;
  /** What changed while it was not there yet or is about to change: that alone has to be fetched again, not all that came with it. */
  readonly waiting: readonly QueryKey[];
}

/** @param waited what was left waiting before */
async function applyChanges(
  client: QueryClient,
  changes: Changes,
  waited: readonly QueryKey[],
): Promise<Left> {
  const keys = changes.isEverything
    ? [[]]
    : [
        ...waited,
        ...keysOf(changes),
        ...reviewKeysOf(client, changes),
        ...compareKeysOf(client, changes),
        ...parkedKeysOf(client, changes),
        ...waitingKeysOf(client, changes),
      ];
  const shown = keys.flatMap((queryKey) => client.getQueryCache().findAll({ queryKey, type: "active" }));
  const waiting = [...new Set(shown)].filter((query) => isWaiting(client, query));
  const [listsDone] = await Promise.all([
    changes.runs.size > 0 || changes.hasNewRuns ? refreshRunLists(client, changes) : true,
    ...keys.map((queryKey) =>
      client.invalidateQueries({
        queryKey,
        predicate: (query) => isKeptFresh(query.queryKey) && !isForeseen(client, query.queryKey),
      }),
    ),
  ]);
  return { listsDone, waiting: waiting.map(({ queryKey }) => queryKey) };
}

/** What is counted over many runs. */
const FIGURES: readonly QueryKey[] = [
  queryKeys.spendings,
  queryKeys.workflowUsage,
  queryKeys.workflowVersionLists,
];

/** What is set up here, and who may use it. */
const INSTALLATION: readonly QueryKey[] = [
  queryKeys.keys,
  queryKeys.owners,
  queryKeys.settings,
  queryKeys.audits,
  queryKeys.models,
  queryKeys.health,
  queryKeys.queues,
  queryKeys.providers,
  queryKeys.spendings,
];

function keysOf(changes: Changes): QueryKey[] {
  const { runs, tasks, batches, records, hasWorkflows, hasWorkers, hasInstallation, hasEnded } = changes;
  const touchesBatches = batches.size > 0 ? [queryKeys.batchLists, queryKeys.queues, queryKeys.audits] : [];
  const touchesOverview = runs.size > 0 || batches.size > 0 ? [queryKeys.overview] : [];
  const touchesWorkers = tasks.size > 0 || hasWorkers ? [queryKeys.workers] : [];
  /* Sums over months are not made anew for every task, but with a heartbeat, and only where something ended since the last. */
  const touchesFigures = hasEnded ? FIGURES : [];
  /* Time alone changes what happened lately. */
  const touchesQueues = hasWorkers || (tasks.size > 0 && batches.size === 0) ? [queryKeys.queues] : [];
  return [
    ...[...runs.keys()].map(queryKeys.run),
    ...[...tasks].map(queryKeys.task),
    ...[...batches].map(queryKeys.batch),
    ...[...records].map(queryKeys.records),
    ...(hasWorkflows ? [queryKeys.workflows, queryKeys.audits] : []),
    ...(hasInstallation ? INSTALLATION : []),
    ...touchesBatches,
    ...touchesOverview,
    ...touchesQueues,
    ...touchesWorkers,
    ...touchesFigures,
  ];
}

/** Lists of runs are brought up to date in a way of their own. */
function isKeptFresh([kind, which]: QueryKey): boolean {
  return kind !== queryKeys.runLists[0] || which !== queryKeys.runLists[1];
}

/** A first load cannot be begun anew, and may have read what was there before the change. */
function isWaiting(client: QueryClient, { queryKey, state }: Query): boolean {
  const isFirst = state.fetchStatus === "fetching" && state.data === undefined;
  return isKeptFresh(queryKey) && (isFirst || isForeseen(client, queryKey));
}

/**
 * What shows already how it will stand once the server has answered: what is there until then would take that back for a moment.
 * Whoever foresees something has its key as the key of the mutation.
 */
function isForeseen(client: QueryClient, queryKey: QueryKey): boolean {
  const pending = client.getMutationCache().findAll({ status: "pending" });
  return pending.some(
    ({ options: { mutationKey } }) => mutationKey !== undefined && partialMatchKey(queryKey, mutationKey),
  );
}
