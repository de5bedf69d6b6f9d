import type { Event, RunStatus } from "../../../src/contracts/run.ts";

/** What a run's events said about it since the last look. */
export interface RunChange {
  readonly status?: RunStatus;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** A person is asked about one of its pictures. */
  readonly isAsked?: true;
  /** One of its tasks waits for money, or for somebody to look at a bill. */
  readonly isParked?: true;
}

/** What has to be shown anew. Events themselves are not kept: however many come, this stays as small as it is. */
export interface Changes {
  readonly runs: ReadonlyMap<string, RunChange>;
  readonly tasks: ReadonlySet<string>;
  readonly batches: ReadonlySet<string>;
  /** UUIDs of tasks and runs that workers wrote something about, which changes nothing else of them. */
  readonly records: ReadonlySet<string>;
  /** Whether there are runs that no list has yet. */
  readonly hasNewRuns: boolean;
  /** Whether workers came, went, or said how they are. */
  readonly hasWorkers: boolean;
  /** Whether runs or tasks ended since the heartbeat before: what is summed up over a long time has changed. */
  readonly hasEnded: boolean;
  /** More than is worth telling apart: everything on the page is asked for again. */
  readonly isEverything: boolean;
}

export const NO_CHANGES: Changes = {
  runs: new Map(),
  tasks: new Set(),
  batches: new Set(),
  records: new Set(),
  hasNewRuns: false,
  hasWorkers: false,
  hasEnded: false,
  isEverything: false,
};

export const EVERYTHING: Changes = { ...NO_CHANGES, hasNewRuns: true, isEverything: true };

/** Of each kind; beyond it everything is asked for again. */
const MOST_TOLD_APART = 500;

/** Gathers events in place, until they are taken away. */
export interface ChangeCollector {
  add(event: Event): void;
  addAll(changes: Changes): void;
  /** What came together; the collector is empty then. */
  take(): Changes;
  isEmpty(): boolean;
}

export function collectChanges(): ChangeCollector {
  let runs = new Map<string, RunChange>();
  let tasks = new Set<string>();
  let batches = new Set<string>();
  let records = new Set<string>();
  let hasNewRuns = false;
  let hasWorkers = false;
  let hasEnded = false;
  let isEverything = false;

  const take = (): Changes => {
    const taken = { runs, tasks, batches, records, hasNewRuns, hasWorkers, hasEnded, isEverything };
    runs = new Map();
    tasks = new Set();
    batches = new Set();
    records = new Set();
    hasNewRuns = false;
    hasWorkers = false;
    hasEnded = false;
    isEverything = false;
    return taken;
  };
  const bound = () => {
    if (Math.max(runs.size, tasks.size, batches.size, records.size) <= MOST_TOLD_APART) return;
    take();
    hasNewRuns = true;
    isEverything = true;
  };
  return {
    add(event) {
      if (isEverything) return;
      if (event.type === "task.logged") {
        for (const uuid of [event.runUUID, event.taskUUID]) if (uuid !== null) records.add(uuid);
        return bound();
      }
      if (event.runUUID !== null) {
        runs.set(event.runUUID, { ...runs.get(event.runUUID), ...changeOf(event) });
        hasNewRuns ||= event.type === "run.created";
      }
      if (event.taskUUID !== null) tasks.add(event.taskUUID);
      if (event.batchUUID !== null && !event.type.startsWith("task.")) batches.add(event.batchUUID);
      bound();
    },
    addAll(changes) {
      hasNewRuns ||= changes.hasNewRuns;
      hasWorkers ||= changes.hasWorkers;
      hasEnded ||= changes.hasEnded;
      isEverything ||= changes.isEverything;
      for (const [uuid, change] of changes.runs) runs.set(uuid, { ...change, ...runs.get(uuid) });
      for (const uuid of changes.tasks) tasks.add(uuid);
      for (const uuid of changes.batches) batches.add(uuid);
      for (const uuid of changes.records) records.add(uuid);
      bound();
    },
    take,
    isEmpty: () =>
      !isEverything &&
      !hasNewRuns &&
      !hasWorkers &&
      runs.size + tasks.size + batches.size + records.size === 0,
  };
}

const CHANGES: Partial<Record<Event["type"], (event: Event) => RunChange>> = {
  "run.started": ({ at }) => ({ status: "running", startedAt: at }),
  "task.started": () => ({ status: "running" }),
  "task.review": () => ({ status: "review", isAsked: true }),
  "task.held": () => ({ isParked: true }),
  "task.uncertain": () => ({ isParked: true }),
  "run.ended": ({ at, data }) =>
    typeof data["status"] === "string" ? { status: data["status"] as RunStatus, endedAt: at } : {},
};

function changeOf(event: Event): RunChange {
  return CHANGES[event.type]?.(event) ?? {};
}
