import { z } from "zod";
import { ErrorRecord } from "../errors.ts";
import { ArtifactUUID, BatchUUID, RunUUID } from "./ids.ts";
import { RunStatus, RunView } from "./run.ts";

/* What is laid side by side: runs of one picture, and the files of two batches. */

export const AlikeQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) });
export type AlikeQuery = z.input<typeof AlikeQuery>;

/** Other runs of the same picture, or of a file of the same name; the newest first. */
export const AlikeRuns = z.strictObject({ runs: z.array(RunView) });
export type AlikeRuns = z.output<typeof AlikeRuns>;

/** One side of a file: the newest run of it in the batch. */
const ComparedRun = z.strictObject({
  runUUID: RunUUID,
  status: RunStatus,
  input: ArtifactUUID.nullable(),
  output: ArtifactUUID.nullable(),
  /** Of its regions the worst. */
  seam: z.number().nullable(),
  sharpnessGain: z.number().nullable(),
  /** US dollars. */
  cost: z.number().nullable(),
  durationMs: z.number().nullable(),
  error: ErrorRecord.nullable(),
});
export type ComparedRun = z.output<typeof ComparedRun>;

const ComparedFile = z.strictObject({
  file: z.string(),
  /** Null where the batch has no such file. */
  left: ComparedRun.nullable(),
  right: ComparedRun.nullable(),
  /** Whether both came out the same, byte by byte; null where one of them is not there. */
  isSame: z.boolean().nullable(),
});
export type ComparedFile = z.output<typeof ComparedFile>;

export const CompareQuery = z
  .strictObject({
    left: BatchUUID,
    right: BatchUUID,
    /** The number that differs most goes first; `file` is by name. */
    sort: z.enum(["seam", "sharpness", "cost", "duration", "file"]).default("seam"),
    /** How many are left out at the head of the list. */
    offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
    limit: z.coerce.number().int().min(1).max(200).default(100),
  })
  .refine(({ left, right }) => left !== right, "expected two batches, got the same one twice");
export type CompareQuery = z.input<typeof CompareQuery>;

export const ComparedBatches = z.strictObject({
  files: z.array(ComparedFile),
  /** Of all files: how many there are, are in both batches, and came out the same in both. */
  total: z.int().min(0),
  matched: z.int().min(0),
  same: z.int().min(0),
});
export type ComparedBatches = z.output<typeof ComparedBatches>;
