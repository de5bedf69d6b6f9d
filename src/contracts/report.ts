import { z } from "zod";
import { ErrorRecord } from "../errors.ts";
import { BatchUUID, Digest, RunUUID, TaskUUID } from "./ids.ts";
import { TaskStatus } from "./run.ts";
import { TaskType } from "./tasks.ts";

export const ReportTask = z.strictObject({
  taskUUID: TaskUUID,
  step: z.string(),
  /** Place in the list of a `forEach` step, from 1; absent for a step's own task. */
  element: z.int().optional(),
  taskType: TaskType,
  status: TaskStatus,
  provider: z.string().nullable(),
  model: z.string().nullable(),
  seed: z.number().optional(),
  attempts: z.int().min(0),
  seconds: z.number(),
  cost: z.number().optional(),
});
export type ReportTask = z.output<typeof ReportTask>;

export const ReportRun = z.strictObject({
  file: z.string(),
  runUUID: RunUUID,
  status: z.enum(["succeeded", "partial", "failed", "skipped", "cancelled"]),
  reused: z.boolean(),
  /** Path of the written picture, relative to the report; null where there is none. */
  output: z.string().nullable(),
  outputs: z.record(z.string(), z.unknown()).optional(),
  error: ErrorRecord.optional(),
  warnings: z.array(z.string()),
  seconds: z.number(),
  /** Pixels with mask = 0 whose samples differ, measured before encoding; null where nothing was composited. */
  pixelsChangedOutside: z.int().nullable(),
  pixelsChangedInside: z.int().nullable(),
  tasks: z.array(ReportTask),
});
export type ReportRun = z.output<typeof ReportRun>;

/** What `maskloom run --json` prints and `<out>/maskloom-report.json` holds. Stable. */
export const Report = z.strictObject({
  batchUUID: BatchUUID,
  workflow: z.string(),
  workflowDigest: Digest,
  /** "Untouched outside the mask" is claimed for lossless outputs only. */
  encoding: z.enum(["lossless", "lossy"]),
  runs: z.array(ReportRun),
});
export type Report = z.output<typeof Report>;
