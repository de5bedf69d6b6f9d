import { setMaxListeners } from "node:events";
import type { TaskUUID } from "../src/contracts/ids.ts";
import type { Outcome } from "../src/engine/run-state.ts";
import { ERRORS, type ErrorCode, type MaskloomError, toMaskloomError } from "../src/errors.ts";
import { Handover } from "../src/inpainting/handover.ts";
import type { Consumer, DeliveryKey, TaskQueues } from "../src/queue/task-queues.ts";
import { isConnectionLost, throughOutages } from "../src/store/connection-loss.ts";
import { type LeasedTask, type LeaseKey, leaseTasks } from "../src/store/leases.ts";
import { type AttemptEnd, settleAttempts } from "../src/store/settle-tasks.ts";
import type { Store } from "../src/store/store.ts";
import type { WakeUp } from "../src/store/wake-ups.ts";
import { coalesce } from "./coalesce.ts";
import { keepLeases } from "./keep-leases.ts";
import { timingsOf } from "./stopwatch.ts";

export interface TaskResult {
  readonly kind: "succeeded" | "cached" | "skipped";
  readonly output: unknown;
  readonly warnings: readonly string[];
  readonly cost: number | null;
}

export interface TaskRun {
  readonly result: TaskResult;
  readonly timings: Readonly<Record<string, number>>;
}

/** Executes one leased task. `signal` aborts when the task is cancelled, its lease is lost or its time is up. */
export type ExecuteTask = (task: LeasedTask, signal: AbortSignal) => Promise<TaskRun>;

export interface WorkerOptions {
  /** Unique in the installation; names the holder of a lease. */
  readonly id: string;
  readonly store: Store;
  readonly queues: TaskQueues;
  /** How many tasks of each queue this worker executes at a time. */
  readonly concurrency: Readonly<Record<string, number>>;
  readonly execute: ExecuteTask;
  readonly onError: (error: unknown, taskUUID?: TaskUUID) => void;
  readonly leaseMs?: number;
}

export interface Worker {
  /** Takes nothing new, waits up to `graceMs` for what is under way, gives back the rest. */
  close(graceMs: number): Promise<void>;
}

/** A worker that vanishes is missed after this time at the latest. */
const DEFAULT_LEASE_MS = 15_000;
const ROUNDS = { mostAtOnce: 100, rounds: 2 };

/** Why a task under way is told to stop, besides that somebody else goes on with it. */
const ENDED = "cancelled, or ended elsewhere";

interface Active extends LeaseKey {
  readonly controller: AbortController;
}

/**
 * Lease, execute, commit. The lease's UUID fences every commit: a worker that was thought dead changes nothing.
 * Leases and commits of tasks that come at the same time share one round trip.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { id, store, queues, execute, onError, leaseMs = DEFAULT_LEASE_MS } = options;
  /* A task that was missed may come back to the same worker while its earlier attempt is still there. */
  const active = new Set<Active>();

  const lease = coalesce(async (deliveries: readonly DeliveryKey[]) => {
    const leased = await leaseTasks(store.db, deliveries, id, leaseMs);
    if (leased.length > 0) store.wakeUps.notify("events", "ready"); // there is room in the queue again
    const byUUID = new Map(leased.map((task) => [task.taskUUID, task]));
    return deliveries.map((delivery) => byUUID.get(delivery.taskUUID) ?? null);
  }, ROUNDS);

  const commit = coalesce(async (ends: readonly AttemptEnd[]) => {
    const settled = await settleAttempts(store.db, ends, store.decideFor);
    const { becameReady, endedRuns } = settled;
    const more: WakeUp[] = [
      ...(becameReady > 0 ? ["ready" as const] : []),
      ...(endedRuns.length > 0 ? ["ended" as const] : []),
    ];
    store.wakeUps.notify("events", ...more);
    return ends.map((end) => settled.accepted.has(end.taskUUID));
  }, ROUNDS);

  /* The result is there and must not be lost to a moment without database. */
  const commitPatiently = async (end: AttemptEnd): Promise<void> => {
    await throughOutages(() => commit(end)).catch((error: unknown) => {
      if (isConnectionLost(error)) throw error;
      /* What the database refuses it would refuse again: better an error that says why than a worker that seems lost. */
      return commit({ ...end, outcome: failure(toMaskloomError(error)), timings: {} });
    });
  };

  const onDelivery = async (delivery: DeliveryKey, shutdown: AbortSignal): Promise<void> => {
    /* Given up, it would still count as live until the queue's lock on it runs out. */
    const task = await throughOutages(() => lease(delivery), { signal: shutdown });
    if (task === null) return; // done, cancelled or leased elsewhere: this delivery has nothing to do
    const controller = new AbortController();
    const { taskUUID, runUUID, attempt, lease: token } = task;
    const current: Active = { taskUUID, lease: token, controller };
    active.add(current);
    const release = () => controller.abort(new Handover({ isTaken: false }));
    setMaxListeners(0, shutdown); // one a task, and tasks may be many
    shutdown.addEventListener("abort", release);
    try {
      const { outcome, timings } = await runAttempt(task, execute, controller.signal);
      if (outcome === null) return;
      await commitPatiently({ taskUUID, runUUID, attempt, lease: token, outcome, timings });
    } finally {
      shutdown.removeEventListener("abort", release);
      active.delete(current);
    }
  };

  const stopKeeping = keepLeases(store, {
    id,
    leaseMs,
    held: () => [...active],
    onLost: ({ controller }, isTaken) => controller.abort(isTaken ? new Handover({ isTaken }) : ENDED),
    onError,
  });

  const consumers: Consumer[] = [];
  for (const [queue, concurrency] of Object.entries(options.concurrency)) {
    consumers.push(
      await queues.consume(queue, {
        concurrency,
        onDelivery,
        onError: (error, delivery) => onError(error, delivery?.taskUUID),
      }),
    );
  }

  return {
    async close(graceMs) {
      await Promise.all(consumers.map((consumer) => consumer.close({ graceMs })));
      stopKeeping();
    },
  };
}

/** Null where there is nothing to commit: somebody else decided about the task meanwhile. */
async function runAttempt(
  task: LeasedTask,
  execute: ExecuteTask,
  signal: AbortSignal,
): Promise<{ outcome: Outcome | null; timings: Readonly<Record<string, number>> }> {
  try {
    const { result, timings } = await execute(task, signal);
    return { outcome: result, timings };
  } catch (thrown) {
    if (signal.aborted) {
      const isReleased = signal.reason instanceof Handover && !signal.reason.isTaken;
      return { outcome: isReleased ? { kind: "released" } : null, timings: {} };
    }
    /* The database's failure is not the task's. */
    if (isConnectionLost(thrown)) return { outcome: { kind: "released" }, timings: {} };
    return { outcome: failure(toMaskloomError(thrown)), timings: timingsOf(thrown) };
  }
}

/** What waits for money or for a person to look at a bill has not failed. */
const PARKED: Partial<Record<ErrorCode, "held" | "uncertain">> = {
  BUDGET_EXCEEDED: "held",
  CALL_UNCERTAIN: "uncertain",
};

function failure({ code, message, retryAfterSeconds }: MaskloomError): Outcome {
  const error = { code, message };
  const parked = PARKED[code];
  if (parked !== undefined) return { kind: parked, error };
  const later = retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1000 };
  return { kind: "failed", error, retry: ERRORS[code].retry, ...later };
}
