import { z } from "zod";
import { ErrorRecord } from "../errors.ts";
import { BatchFields, isOneSource, ONE_SOURCE } from "./actions.ts";
import { BatchView } from "./api.ts";
import { CostEstimate } from "./cost-estimate.ts";
import { Detection } from "./detection.ts";
import { ArtifactUUID, RunUUID } from "./ids.ts";
import { ParkedStatus, RunStatus } from "./run.ts";
import { ListedStatus } from "./run-list.ts";

/* What is asked before a batch begins, and what is shown of one: folders, uploads, a dry run, an estimate, its pictures. */

const Count = z.int().min(0);

export const FolderQuery = z.strictObject({
  /** Absolute, or an address in S3, and below one that MASKLOOM_FOLDERS lists; default: those themselves. */
  path: z.string().min(1).max(4000).optional(),
});

const FolderView = z.strictObject({
  path: z.string(),
  name: z.string(),
  /** Pictures directly in it, by extension. */
  pictures: Count,
  /** Folders directly in it. */
  folders: Count,
  /** There are more than were counted: of S3 a page is. */
  isMore: z.literal(true).optional(),
});
export type FolderView = z.output<typeof FolderView>;

export const FolderList = z.strictObject({
  /** Null where the folders are those that MASKLOOM_FOLDERS lists. */
  folder: FolderView.nullable(),
  /** The way to it from the one that MASKLOOM_FOLDERS lists, itself included. */
  above: z.array(z.strictObject({ path: z.string(), name: z.string() })),
  /** By name; at most 1,000. */
  folders: z.array(FolderView),
});
export type FolderList = z.output<typeof FolderList>;

/** Pictures that were stored without beginning anything; one that cannot be used says why. */
export const StoredPictures = z.strictObject({
  pictures: z.array(
    z.union([
      z.strictObject({ file: z.string(), image: ArtifactUUID }),
      z.strictObject({ file: z.string(), error: ErrorRecord }),
    ]),
  ),
});
export type StoredPictures = z.output<typeof StoredPictures>;

const MOST_LOOKED_AT = 200;

/** Looks at pictures of a batch that has not begun: a sample, spread evenly over all. */
export const DryRunBatch = z
  .strictObject({ ...BatchFields, sample: z.int().min(1).max(MOST_LOOKED_AT).default(20) })
  .refine(isOneSource, ONE_SOURCE);
export type DryRunBatch = z.output<typeof DryRunBatch>;

/** What one step of the workflow finds in a picture. */
const Finds = z.strictObject({ step: z.string(), model: z.string(), detections: z.array(Detection) });

/** A line of a dry run's answer. */
export const DryRunLine = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("begun"),
    /** How many the batch would have, and how many of them are looked at. */
    pictures: Count,
    looked: Count,
    /** Steps that look at the picture itself; what others find cannot be known before. */
    steps: z.array(z.string()),
  }),
  z.strictObject({
    type: z.literal("picture"),
    file: z.string(),
    /** As it was stored. */
    image: ArtifactUUID,
    width: z.int().min(1),
    height: z.int().min(1),
    finds: z.array(Finds),
  }),
  /** It would fail. */
  z.strictObject({ type: z.literal("unfit"), file: z.string(), error: ErrorRecord }),
  z.strictObject({
    type: z.literal("done"),
    /** What all pictures of the batch will probably cost at paid providers, going by what was found; null where none is. */
    paid: CostEstimate.nullable(),
  }),
  z.strictObject({ type: z.literal("failed"), error: ErrorRecord }),
]);
export type DryRunLine = z.output<typeof DryRunLine>;

export const EstimateBatch = z.strictObject(BatchFields).refine(isOneSource, ONE_SOURCE);
export type EstimateBatch = z.output<typeof EstimateBatch>;

export const BatchEstimate = z.strictObject({
  /** How many would be done. */
  pictures: Count,
  /** How many there are, of which those are a sample. */
  of: Count,
  /** Files of the folder whose extension is no picture's. */
  ignored: Count,
  /** Rows of the table that are about none of them. */
  unmatched: z.array(z.strictObject({ line: z.int().min(1), file: z.string() })),
  /** Of the workflow's last runs, at most 200; null where it has never been run. */
  recent: z
    .strictObject({
      runs: z.int().min(1),
      /** Seconds of work for a picture, the median. */
      secondsPerPicture: z.number().min(0),
      /** US dollars, the mean; null where nothing had a price. */
      costPerPicture: z.number().min(0).nullable(),
    })
    .nullable(),
  /** Tasks that this installation's workers do at a time. */
  concurrency: Count,
  /** Null where nothing is known to tell it by. */
  seconds: z.number().min(0).nullable(),
  cost: z.number().min(0).nullable(),
  /** What providers that are paid will probably bill; null where none is. */
  paid: CostEstimate.nullable(),
});
export type BatchEstimate = z.output<typeof BatchEstimate>;

/** `worst`: by the seam of the worst region; `order`: as they came. */
const PictureOrder = z.enum(["order", "worst"]);

export const BatchPicturesQuery = z.strictObject({
  order: PictureOrder.default("order"),
  /** `running` are those in which something goes on. */
  status: ListedStatus.optional(),
  /** Place of the first one, from 0. */
  from: z.coerce.number().int().min(0).max(10_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const BatchPicture = z.strictObject({
  runUUID: RunUUID,
  file: z.string(),
  status: RunStatus,
  /** Why nothing goes on in it. */
  parked: ParkedStatus.optional(),
  input: ArtifactUUID.nullable(),
  output: ArtifactUUID.nullable(),
  /** Worst of all regions; null where none was measured. */
  seam: z.number().nullable(),
  /** It has the results of an earlier run, because the same was done before. */
  reused: z.literal(true).optional(),
  /** It waits for another run of the batch that does the same work. */
  follows: RunUUID.optional(),
  error: ErrorRecord.nullable(),
});
export type BatchPicture = z.output<typeof BatchPicture>;

export const BatchPictures = z.strictObject({
  pictures: z.array(BatchPicture),
  /** How many there are of the status. */
  total: Count,
});
export type BatchPictures = z.output<typeof BatchPictures>;

/** What all pictures of a batch share. */
export const BatchSettings = z.strictObject({
  batch: BatchView.shape.batchUUID,
  workflow: z.string(),
  workflowDigest: BatchView.shape.workflowDigest,
  /** Values of the workflow's inputs, as they were given or by default. */
  inputs: z.record(z.string(), z.unknown()),
  /** Whether single pictures have values of their own. */
  hasTable: z.boolean(),
  /** Chosen when it began. */
  models: z.array(
    z.strictObject({
      step: z.string(),
      provider: z.string().nullable(),
      model: z.string().nullable(),
      modelDigest: z.string(),
    }),
  ),
});
export type BatchSettings = z.output<typeof BatchSettings>;
