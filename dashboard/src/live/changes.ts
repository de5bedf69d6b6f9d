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
  /** Whether workflows were saved or removed. */
  readonly hasWorkflows: boolean;
  /** Whether workers came, went, or said how they are. */
  readonly hasWorkers: boolean;
  /** Whether keys, owners, settings, limits, paused queues or models were changed. */
  readonly hasInstallation: boolean;
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
  hasWorkflows: false,
  hasWorkers: false,
  hasInstallation: false,
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

const SETS = ["tasks", "batches", "records"] as const;
const FLAGS = [
  "hasNewRuns",
  "hasWorkflows",
  "hasWorkers",
  "hasInstallation",
  "hasEnded",
  "isEverything",
] as const;

type Gathered = Record<(typeof SETS)[number], Set<string>> &
  Record<(typeof FLAGS)[number], boolean> & { readonly runs: Map<string, RunChange> };

const nothing = (): Gathered => ({
  ...NO_CHANGES,
  runs: new Map(),
  tasks: new Set(),
  batches: new Set(),
  records: new Set(),
});

export function collectChanges(): ChangeCollector {
  let gathered = nothing();
  const bound = () => {
    const { runs, tasks, batches, records } = gathered;
    if (Math.max(runs.size, tasks.size, batches.size, records.size) <= MOST_TOLD_APART) return;
    gathered = { ...nothing(), hasNewRuns: true, isEverything: true };
  };
  return {
    add(event) {
      if (gathered.isEverything) return;
      addEvent(gathered, event);
      bound();
    },
    addAll(changes) {
      for (const flag of FLAGS) gathered[flag] ||= changes[flag];
      for (const set of SETS) for (const uuid of changes[set]) gathered[set].add(uuid);
      const { runs } = gathered;
      for (const [uuid, change] of changes.runs) runs.set(uuid, { ...change, ...runs.get(uuid) });
      bound();
    },
    take() {
      const taken = gathered;
      gathered = nothing();
      return taken;
    },
    isEmpty() {
      const { runs, tasks, batches, records } = gathered;
      return (
        !FLAGS.some((flag) => gathered[flag]) && runs.size + tasks.size + batches.size + records.size === 0
      );
    },
  };
}

function addEvent(gathered: Gathered, event: Event): void {
  const { type, runUUID, taskUUID, batchUUID } = event;
  if (type === "task.logged") {
    for (const uuid of [runUUID, taskUUID]) if (uuid !== null) gathered.records.add(uuid);
    return;
  }
  /* Which ones it does not say. */
  if (type === "runs.changed") gathered.hasNewRuns = gathered.isEverything = true;
  gathered.hasWorkflows ||= type.startsWith("workflow.");
  if (runUUID !== null) {
    gathered.runs.set(runUUID, { ...gathered.runs.get(runUUID), ...changeOf(event) });
    gathered.hasNewRuns ||= type === "run.created";
  }
  if (taskUUID !== null) gathered.tasks.add(taskUUID);
  if (batchUUID !== null && (!type.startsWith("task.") || COUNTED.has(type))) gathered.batches.add(batchUUID);
}

/** Of tasks: what a batch counts besides how its runs stand. One that waited is queued when it goes on. */
const COUNTED: ReadonlySet<Event["type"]> = new Set([
  "task.review",
  "task.held",
  "task.uncertain",
  "task.queued",
]);

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
