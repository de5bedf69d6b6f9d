import type { BackendFactory, IQueueBackend } from "bullmq";
import type { TaskQueues } from "./task-queues.ts";

/** What a job carries; the delivery number is in its id. */
export type JobData = { readonly taskUUID: string };
/** What differs between Postgres and Redis. `C` is what that backend of BullMQ takes as its connection. */
export type Backend<C> = {
  readonly name: TaskQueues["backend"];
  readonly connection: C;
  /** Begins every key on Redis. */
  readonly prefix?: string;
  readonly factory: BackendFactory<IQueueBackend, C>;
  /** From this many jobs on one bulk command is cheaper than one command each. */
  readonly bulkFrom: number;
  /** Called before a consumer opens, and after it closed: it may hold a connection of its own. */
  reserve?(connections: 1 | -1): void;
  /** Leaves out what somebody was told of this outage already: each of BullMQ's objects tells of each try. */
  oncePerOutage?(onError: (error: unknown) => void): (error: unknown) => void;
  /** Whether it cannot be reached now. */
  isAway?(): boolean;
  /** Those of the jobs that are unfinished, by id; in one round trip or few. */
  findLive(jobs: readonly { readonly queue: string; readonly id: string }[]): Promise<string[]>;
  close(): Promise<void>;
};
