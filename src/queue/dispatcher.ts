import { setTimeout as delay } from "node:timers/promises";
import { startLoop } from "./loop.ts";
import type { Delivery, TaskQueues } from "./task-queues.ts";

/** What the dispatcher needs of the store. */
export interface ReadyTasks {
  /** Marks ready tasks as handed over and returns them, in the order in which they are to be served. */
  take(perGroup: number, horizonMs: number): Promise<readonly Delivery[]>;
}

export interface DispatcherOptions {
  /** Deliveries of one batch and queue outstanding at a time. */
  readonly perGroup: number;
  /** How often it looks without being woken. */
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

/** Where very many batches wait for room, a look that finds none takes a while: it may take a quarter of the time, no more. */
const QUICK_MS = 10;
const REST = 3;
const LONGEST_REST_MS = 500;

/** Retries due within this time are handed over as delayed deliveries, so that the queue wakes the worker on time. */
const HORIZON_MS = 5_000;

/**
 * Hands ready tasks to the queue, fairly. Only one dispatcher works at a time; whoever starts it holds the leadership.
 * A crash between marking and adding leaves deliveries that the queue does not know: the sweeper finds them.
 */
export function startDispatcher(tasks: ReadyTasks, queues: TaskQueues, options: DispatcherOptions) {
  let wasSlow = false;
  const dispatch = async () => {
    const began = performance.now();
    const ready = await tasks.take(options.perGroup, HORIZON_MS);
    const took = performance.now() - began;
    if (ready.length > 0) await queues.add(ready);
    /* One slow look may be the machine's. */
    const isSlow = ready.length === 0 && took > QUICK_MS;
    if (isSlow && wasSlow) await delay(Math.min(took * REST, LONGEST_REST_MS));
    wasSlow = isSlow;
    /* Fewer than a group's share: nothing was held back, and what comes wakes the dispatcher. */
    return ready.length >= options.perGroup ? "again" : "idle";
  };
  return startLoop(dispatch, options);
}
