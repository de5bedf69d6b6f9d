import type { IncomingMessage, ServerResponse } from "node:http";
import type { TaskUUID } from "../contracts/ids.ts";

/** One BullMQ job: tells a worker to look at a task. Postgres decides whether there is anything to do. */
export type Delivery = {
  /** Queue name without ":", e.g. `masking` or `inpainting-local`. */
  readonly queue: string;
  readonly taskUUID: TaskUUID;
  /** Counts up with every delivery of the task, from 1; a number is never used twice. */
  readonly delivery: number;
  /** 0 (default) is served first, then 1, 2 … up to 2,097,152. Within one priority: first in, first out. */
  readonly priority?: number;
  /** Milliseconds until a worker may take it; default 0. */
  readonly delayMs?: number;
};

/** Which delivery, without how it is scheduled. */
export type DeliveryKey = Pick<Delivery, "queue" | "taskUUID" | "delivery">;

/** The job's id: unique for ever, because BullMQ silently ignores an id that it knows. */
export function deliveryId(key: Pick<Delivery, "taskUUID" | "delivery">): string {
  return `${key.taskUUID}-${key.delivery}`;
}

export type ConsumeOptions = {
  /** Deliveries handled at the same time by this consumer; at least 1. */
  readonly concurrency: number;
  /** At most `max` deliveries per `durationMs` from this queue, over all consumers that give the same limiter. */
  readonly limiter?: { readonly max: number; readonly durationMs: number };
  /**
   * Handles one delivery. `signal` aborts when the grace period of `close` is over. What it throws goes to
   * `onError` and the delivery is used up: the engine's sweeper, not the queue, decides about another one.
   */
  readonly onDelivery: (delivery: DeliveryKey, signal: AbortSignal) => Promise<void>;
  /** Errors of handlers (with the delivery) and of the queue's connection (without). */
  readonly onError: (error: unknown, delivery?: DeliveryKey) => void;
  /** How long a worker may be out of touch before its deliveries go to another one; default 30,000 ms. */
  readonly lockMs?: number;
};

export interface Consumer {
  readonly queue: string;
  /** Takes no further deliveries; resolves when those in hand are done. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /**
   * Takes no further deliveries, waits up to `graceMs` for those in hand, then aborts their signal and lets go:
   * an unfinished delivery comes back to another consumer once its lock runs out.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** `waiting` includes prioritised ones and those of a paused queue. */
export type QueueCounts = { readonly waiting: number; readonly active: number; readonly delayed: number };

/** The raw queues as a page for people. It only shows. */
export interface QueueBoard {
  /** Answers what is asked below its base, which is taken off the address already. */
  readonly handle: (
    request: IncomingMessage,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ) => void;
  /** These queues, and no others, from now on. */
  show(names: readonly string[]): void;
}

/**
 * What the engine needs of a queue, alike on Postgres and Redis. Losing all of it loses no work: the tasks' rows
 * decide, and the sweeper delivers again what has no live delivery.
 */
export interface TaskQueues {
  readonly backend: "postgres" | "redis";
  /** Adds many deliveries, of several queues, one round trip per queue. A known id is left as it is. */
  add(deliveries: readonly Delivery[]): Promise<void>;
  consume(queue: string, options: ConsumeOptions): Promise<Consumer>;
  /** The ids (see `deliveryId`) of those deliveries that are waiting, delayed or in a worker's hands. */
  live(deliveries: readonly DeliveryKey[]): Promise<ReadonlySet<string>>;
  counts(queue: string): Promise<QueueCounts>;
  /** No consumer of any process takes from a paused queue. */
  pause(queue: string): Promise<void>;
  resume(queue: string): Promise<void>;
  /** Removes deliveries that no worker holds; returns how many were removed. */
  remove(deliveries: readonly DeliveryKey[]): Promise<number>;
  /** @param base the address at which it is served, such as `/queues` */
  openBoard(base: string): Promise<QueueBoard>;
  /** Closes the producers' side; consumers are closed by whoever opened them, before. */
  close(): Promise<void>;
}
