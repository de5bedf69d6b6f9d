import { z } from "zod";
import { ErrorRecord } from "../errors.ts";
import { ArtifactUUID, BatchUUID, Digest, RunUUID, TaskUUID } from "./ids.ts";
import { PictureSize } from "./picture-size.ts";
import { TaskType } from "./tasks.ts";

/** ARCHITECTURE.md, "Life of a run". */
export const TaskStatus = z.enum([
  "waiting",
  "queued",
  "running",
  "succeeded",
  "cached",
  "skipped",
  "failed",
  "cancelled",
  "held",
  "uncertain",
  "review",
]);
export type TaskStatus = z.output<typeof TaskStatus>;

export const RunStatus = z.enum([
  "queued",
  "running",
  "succeeded",
  "partial",
  "failed",
  "skipped",
  "cancelled",
  "review",
]);
export type RunStatus = z.output<typeof RunStatus>;

/** Of a task that waits for money or for a look at a bill, and of a run in which nothing else is left to do meanwhile. */
export const ParkedStatus = z.enum(["held", "uncertain"]);
export type ParkedStatus = z.output<typeof ParkedStatus>;

export const DONE_TASK_STATUSES: ReadonlySet<TaskStatus> = new Set([
  "succeeded",
  "cached",
  "skipped",
  "failed",
  "cancelled",
]);
export const DONE_RUN_STATUSES: ReadonlySet<RunStatus> = new Set([
  "succeeded",
  "partial",
  "failed",
  "skipped",
  "cancelled",
]);

const Timestamp = z.iso.datetime();

export const AttemptView = z.strictObject({
  number: z.int().min(1),
  worker: z.string(),
  startedAt: Timestamp,
  endedAt: Timestamp.nullable(),
  outcome: z.string().nullable(),
  error: ErrorRecord.nullable(),
  /**
   * Milliseconds per part of the work: decode, preprocess, inference, postprocess, mask, inpaint, blend, encode, store; of
   * providers elsewhere also wait (for a turn there) and upload. */
  timings: z.record(z.string(), z.number()),
});
export type AttemptView = z.output<typeof AttemptView>;

/** A task as the API and the dashboard show it. */
export const TaskView = z.strictObject({
  taskUUID: TaskUUID,
  runUUID: RunUUID,
  batchUUID: BatchUUID,
  step: z.string(),
  /** Place in the list of a `forEach` step, from 1; null for a step's own task, which is then the fan-in. */
  element: z.int().nullable(),
  taskType: TaskType,
  status: TaskStatus,
  provider: z.string().nullable(),
  model: z.string().nullable(),
  seed: z.number().nullable(),
  input: z.unknown(),
  output: z.unknown(),
  error: ErrorRecord.nullable(),
  warnings: z.array(z.string()),
  attempts: z.array(AttemptView),
  cost: z.number().nullable(),
  createdAt: Timestamp,
  queuedAt: Timestamp.nullable(),
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
});
export type TaskView = z.output<typeof TaskView>;

export const RunView = z.strictObject({
  runUUID: RunUUID,
  batchUUID: BatchUUID,
  workflow: z.string(),
  workflowDigest: Digest,
  file: z.string(),
  status: RunStatus,
  /** Why nothing goes on in a run that is `running`: a budget holds it, or it is not known whether a call was billed. */
  parked: ParkedStatus.optional(),
  inputs: z.record(z.string(), z.unknown()),
  output: ArtifactUUID.nullable(),
  outputs: z.record(z.string(), z.unknown()).nullable(),
  error: ErrorRecord.nullable(),
  warnings: z.array(z.string()),
  /** The run that this one is a reroll or a rerun of. */
  derivedFrom: RunUUID.nullable(),
  /** The earlier run whose results it has, because it was the same work; absent where it did its own. */
  reuses: RunUUID.optional(),
  /** The run of its batch that does the same work and that it waits for, while it does; its results are then its own. */
  follows: RunUUID.optional(),
  tags: z.array(z.string()),
  /** What a list shows of it: the picture it was given, the first mask that was found, and the result. */
  pictures: z.strictObject({
    input: ArtifactUUID.nullable(),
    mask: ArtifactUUID.nullable(),
    output: ArtifactUUID.nullable(),
  }),
  /** US dollars; null where nothing had a price. */
  cost: z.number().nullable(),
  /** Of all regions the worst: docs/masks-and-zoom.md, "Quality numbers". Null until it has ended, and where there is none. */
  quality: z.strictObject({ seam: z.number().nullable(), sharpnessGain: z.number().nullable() }),
  /** From its start to its end; null until it has ended. */
  durationMs: z.number().min(0).nullable(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
});
export type RunView = z.output<typeof RunView>;

export const RunDetail = RunView.extend({
  tasks: z.array(TaskView),
  /** Of the pictures that it names anywhere, by their UUIDs, as far as they are known; only where one run is asked for. */
  sizes: z.record(z.string(), PictureSize).optional(),
  /** Of its trace, 32 hex digits; only where traces are sent. */
  traceId: z.string().optional(),
});
export type RunDetail = z.output<typeof RunDetail>;

/** One row of the event log. `cursor` is opaque; a reader resumes after it. */
export const Event = z.strictObject({
  cursor: z.string(),
  at: Timestamp,
  type: z.enum([
    "batch.created",
    "batch.ended",
    "batch.paused",
    "batch.resumed",
    /** What it may cost. */
    "batch.changed",
    "run.created",
    "run.started",
    "run.ended",
    /** Somebody gave many of them tags, or deleted them: `data.action`, `data.runs` how many. */
    "runs.changed",
    "task.queued",
    "task.started",
    /**
     * How far a provider is: `data.share` of `data.region`, 0 to 1, which is there at 1 and begins anew at 0; `data.sampling`, the
     * `step` of `steps`; `data.preview`, what it looks like: `version` of `GET /api/calls/:callUUID/preview`.
     */
    "task.progress",
    /** A worker wrote lines about it: contracts/task-records.ts. */
    "task.logged",
    "task.retrying",
    "task.review",
    "task.held",
    "task.uncertain",
    "task.ended",
    /** A workflow's name stands for another text, or for none any more: `data.name`. */
    "workflow.saved",
    "workflow.removed",
  ]),
  batchUUID: BatchUUID.nullable(),
  runUUID: RunUUID.nullable(),
  taskUUID: TaskUUID.nullable(),
  data: z.record(z.string(), z.unknown()),
});
export type Event = z.output<typeof Event>;
