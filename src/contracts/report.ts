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
  /** All that it painted with, where they are not that one alone: of candidates, of tries, of a provider's choice. */
  seeds: z.array(z.number()).optional(),
  attempts: z.int().min(0),
  /** Whether it was done at its step's `fallback`, whose provider and model these are. */
  movedToFallback: z.literal(true).optional(),
  seconds: z.number(),
  cost: z.number().optional(),
});
export type ReportTask = z.output<typeof ReportTask>;

export const ReportRun = z.strictObject({
  file: z.string(),
  runUUID: RunUUID,
  status: z.enum(["succeeded", "partial", "failed", "skipped", "cancelled"]),
  /** Taken from a run of an earlier command, or of another picture of this one: see `copyOf`. */
  reused: z.boolean(),
  /** The picture with the same bytes and values whose result this one has, too. */
  copyOf: z.string().optional(),
  /** Path of the written picture, relative to the report; null where there is none. */
  output: z.string().nullable(),
  /** Named outputs: the path of the file where an image or mask stood, data as it is. */
  outputs: z.record(z.string(), z.unknown()).optional(),
  /** Every file written for named outputs, in their order; relative as well. Absent where there is none. */
  files: z.array(z.string()).optional(),
  error: ErrorRecord.optional(),
  /** What a step has to say begins with its name: `each[2]: …`. */
  warnings: z.array(z.string()),
  seconds: z.number(),
  /** US dollars; absent where nothing was paid for. */
  cost: z.number().optional(),
  /** Pixels with mask = 0 whose samples differ, measured before encoding; null where nothing was composited. */
  pixelsChangedOutside: z.int().nullable(),
  pixelsChangedInside: z.int().nullable(),
  tasks: z.array(ReportTask),
});
export type ReportRun = z.output<typeof ReportRun>;

/** A model that a step was resolved to, with the digest of its bytes and of the code that runs it. */
const ReportModel = z.strictObject({
  step: z.string(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  modelDigest: z.string(),
  /** SHA-256 of the model's files; absent where it has none here, and where they were replaced since. */
  weights: z.array(z.string()).optional(),
});

/** Why a batch did not come to its end; the same command goes on with it. */
export const StopReason = z.enum(["interrupted", "max-failures", "max-cost", "disk-full"]);
export type StopReason = z.output<typeof StopReason>;

/** All of a report but its runs. */
export const ReportHead = z.strictObject({
  batchUUID: BatchUUID,
  workflow: z.string(),
  workflowDigest: Digest,
  /** Of Maskloom. */
  version: z.string(),
  models: z.array(ReportModel),
  startedAt: z.iso.datetime(),
  /** Of the command, until the report was written. */
  seconds: z.number(),
  /** How many pictures were to be done. */
  pictures: z.int().min(0),
  /** How many there were, of which `pictures` are a sample. */
  sampledFrom: z.int().optional(),
  stopped: StopReason.optional(),
  /** "Untouched outside the mask" is claimed for lossless outputs only. */
  encoding: z.enum(["lossless", "lossy"]),
});
export type ReportHead = z.output<typeof ReportHead>;

/** What `maskloom run --json` prints and `<out>/maskloom-report.json` holds. Stable. */
export const Report = ReportHead.extend({ runs: z.array(ReportRun) });
export type Report = z.output<typeof Report>;
