import { z } from "zod";
import { ListedBatch } from "./api.ts";
import { BatchUUID, RunUUID, TaskUUID } from "./ids.ts";

/* What a dashboard shows of the whole. */

const Count = z.int().min(0);
const Time = z.iso.datetime();

export const OverviewQuery = z.strictObject({
  /** When the reader's day began: costs are those since then. Default: midnight UTC. */
  today: z.iso.datetime({ offset: true }).optional(),
});

export const Overview = z.strictObject({
  /** Runs of the asking key's owner. */
  runs: z.strictObject({
    queued: Count,
    /** In which something goes on. */
    running: Count,
    /** In which nothing does until there is money, or somebody has looked at a bill. */
    parked: Count,
    review: Count,
    /** Wholly or in part. */
    failedLastDay: Count,
    finishedLastHour: Count,
    finishedLastDay: Count,
  }),
  /** Tasks that go no further until a person does something: looks at a picture, gives money, looks at a bill. */
  waiting: z.strictObject({ review: Count, held: Count, uncertain: Count }),
  /** Runs that ended in each of the last 24 hours, the oldest first. */
  hours: z.array(z.strictObject({ from: Time, finished: Count, failed: Count })).length(24),
  /** US dollars. */
  costToday: z.number().min(0),
  /** The newest ones. */
  batches: z.array(ListedBatch),
});
export type Overview = z.output<typeof Overview>;

export const WorkerView = z.strictObject({
  id: z.string(),
  host: z.string(),
  pid: z.int(),
  /** Null for one that is older than this field. */
  version: z.string().nullable(),
  queues: z.array(z.string()),
  /** Tasks at a time, by queue. */
  concurrency: z.record(z.string(), Count),
  memoryBytes: Count.nullable(),
  startedAt: Time,
  lastSeenAt: Time,
  /** Whether it was seen within the last quarter of a minute. */
  isAlive: z.boolean(),
  /** Whether it takes nothing new and ends when it has finished what it holds. */
  isDraining: z.boolean(),
  running: Count,
  /** What it has under way, of what the asking key's owner may see. */
  tasks: z.array(
    z.strictObject({
      taskUUID: TaskUUID,
      runUUID: RunUUID,
      /** The run's name. */
      file: z.string(),
      step: z.string(),
      startedAt: Time.nullable(),
    }),
  ),
});
export type WorkerView = z.output<typeof WorkerView>;

export const WorkerList = z.strictObject({ workers: z.array(WorkerView) });
export type WorkerList = z.output<typeof WorkerList>;

/** What a UUID names. Where it belongs to others, they are named too. */
export const Found = z.strictObject({
  kind: z.enum(["run", "task", "batch", "artifact"]),
  uuid: z.uuid(),
  /** Of the dashboard. */
  page: z.string(),
  batchUUID: BatchUUID.nullable(),
  runUUID: RunUUID.nullable(),
  taskUUID: TaskUUID.nullable(),
});
export type Found = z.output<typeof Found>;
