import { z } from "zod";
import { BatchView, FormInputs, RequestInputs, WorkflowGiven } from "./api.ts";
import { ArtifactUUID } from "./ids.ts";

/* Bodies and answers of what is done to runs, tasks, batches and queues. */

/** Makes an ended run anew with other seeds, from a step on. */
export const RerollRun = z.strictObject({
  /** Id of the step; default: the first that draws by a seed. */
  from: z.string().min(1).max(100).optional(),
});
export type RerollRun = z.output<typeof RerollRun>;

/** Makes an ended run anew with other parameters. What does not depend on them is taken over. */
export const RerunRun = z.strictObject({
  /** Id of a step that is done again even where nothing of it changes. */
  from: z.string().min(1).max(100).optional(),
  /** Fields by step: `{ "detail": { "strength": 0.3 } }`; null takes a field away. */
  steps: z.record(z.string(), z.record(z.string(), z.json())).default({}),
  /** Values of the workflow's inputs that differ; not its pictures. */
  inputs: RequestInputs.default({}),
});
export type RerunRun = z.output<typeof RerunRun>;

/** 0 is served first; runs of the API have 0, batches 10. */
const Priority = z.coerce.number().int().min(0).max(1000);
export const BATCH_PRIORITY = 10;

export const ChangeBatch = z.strictObject({ priority: Priority });
export type ChangeBatch = z.output<typeof ChangeBatch>;

const MOST_URLS = 10_000;
const ItemUrl = z.url({ protocol: /^https?$/, error: "expected a URL that begins with http:// or https://" });
const ItemName = z
  .string()
  .min(1)
  .max(1000)
  .regex(
    /^(?![/\\])(?!.*(?:^|[/\\])\.\.(?:[/\\]|$))[^\p{Cc}]+$/u,
    "expected a relative name such as folder/photo.jpg",
  );

const MOST_PICTURES = 10_000;
const LONGEST_TABLE = 5_000_000;

/** What a batch is of. */
export const BatchFields = {
  workflow: WorkflowGiven,
  inputs: RequestInputs.default({}),
  /** Absolute, and below one that MASKLOOM_FOLDERS lists. */
  folder: z.string().min(1).max(4000).optional(),
  /** Whether folders inside of it are walked, too. */
  recursive: z.boolean().default(true),
  /** Each fetched when its turn comes; a name is that of its run. */
  urls: z
    .array(z.union([ItemUrl, z.strictObject({ url: ItemUrl, file: ItemName })]))
    .min(1)
    .max(MOST_URLS)
    .optional(),
  /** Pictures that are stored here already. */
  pictures: z
    .array(z.strictObject({ image: ArtifactUUID, file: ItemName }))
    .min(1)
    .max(MOST_PICTURES)
    .optional(),
  /**
   * CSV with a header: a column `file` with names of the pictures, and columns named like inputs of the workflow. A column `url`
   * says where the pictures are; then nothing else has to.
   */
  table: z.string().min(1).max(LONGEST_TABLE).optional(),
  /**
   * Masks of single pictures, by the workflow's inputs of that type: a folder with files named like the pictures, absolute and
   * below one that MASKLOOM_FOLDERS lists, or stored pictures by the names of those that they are for.
   */
  masks: z
    .record(
      z.string(),
      z.union([
        z.string().min(1).max(4000),
        z.array(z.strictObject({ image: ArtifactUUID, file: ItemName })).max(MOST_PICTURES),
      ]),
    )
    .optional(),
  /** So many of them only, spread evenly over all. */
  sample: z.int().min(1).optional(),
};

interface Sources {
  readonly folder?: unknown;
  readonly urls?: unknown;
  readonly pictures?: unknown;
  readonly table?: unknown;
}

export const isOneSource = ({ folder, urls, pictures, table }: Sources): boolean => {
  const sources = [folder, urls, pictures].filter((source) => source !== undefined).length;
  return sources === 1 || (sources === 0 && table !== undefined);
};
export const ONE_SOURCE = "expected one of folder, urls and pictures, or a table with a column url";

const MaxCost = z.coerce.number().min(0).max(1_000_000);
const MaxFailures = z.coerce.number().int().min(1).max(1_000_000_000);

/** The JSON body that begins a batch. */
export const StartBatch = z
  .strictObject({
    ...BatchFields,
    priority: Priority.default(BATCH_PRIORITY),
    /** US dollars that its calls to providers may cost together; what would exceed it is held. */
    maxCost: MaxCost.optional(),
    /** It pauses itself when so many pictures have failed; resumed, when so many more have. */
    maxFailures: MaxFailures.optional(),
    /** Pictures that were done before, with the same workflow, inputs and models, are done again. */
    again: z.boolean().default(false),
  })
  .refine(isOneSource, ONE_SOURCE);
export type StartBatch = z.output<typeof StartBatch>;

/** The form that begins a batch of its files `images`. */
export const StartBatchForm = z.strictObject({
  workflow: z.string().min(1),
  priority: Priority.default(BATCH_PRIORITY),
  inputs: FormInputs.optional(),
  maxCost: MaxCost.optional(),
  maxFailures: MaxFailures.optional(),
  again: z.stringbool({ error: "expected true or false" }).default(false),
});
export type StartBatchForm = z.output<typeof StartBatchForm>;

/** `left`: failed runs whose pictures were never taken in and are to be had no more. */
export const RetriedBatch = z.strictObject({
  retried: z.int().min(0),
  left: z.int().min(0),
  batch: BatchView,
});
export type RetriedBatch = z.output<typeof RetriedBatch>;

export const QueueName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,99}$/, "expected a queue's name, such as masking or inpainting-local");

export const QueueView = z.strictObject({
  queue: QueueName,
  paused: z.boolean(),
  /** Tasks that could be begun. */
  waiting: z.int().min(0),
  /** Tasks that are due later, such as retries. */
  delayed: z.int().min(0),
  /** Tasks of paused batches: they could be begun once these are resumed. */
  waitingPaused: z.int().min(0),
  running: z.int().min(0),
  /** Worker processes that serve it. */
  workers: z.int().min(0),
  /** How long the longest of those that wait does; null where none does. */
  oldestWaitSeconds: z.number().min(0).nullable(),
  /** How its provider may be used, by all workers together; null for what runs here. */
  limits: z
    .strictObject({
      /** Calls under way at a time. */
      concurrency: z.int().min(1),
      /** Calls begun a second; null without limit. */
      requestsPerSecond: z.number().positive().nullable(),
    })
    .nullable(),
  /** Tasks that ended within the last quarter of an hour, at most the last 20,000. */
  recent: z.strictObject({
    perMinute: z.number().min(0),
    /** 0 to 1; null where none ended. */
    failureRate: z.number().min(0).max(1).nullable(),
    /** How many ended in each of those minutes, the oldest first. The last is the one that goes on now. */
    minutes: z.array(z.strictObject({ ended: z.int().min(0), failed: z.int().min(0) })).max(15),
    /** Milliseconds from start to end of those that were done, by type of task and provider. */
    steps: z.array(
      z.strictObject({
        taskType: z.string(),
        provider: z.string().nullable(),
        tasks: z.int().min(1),
        p50: z.number().min(0),
        p95: z.number().min(0),
        p99: z.number().min(0),
      }),
    ),
  }),
});
export type QueueView = z.output<typeof QueueView>;

export const QueueList = z.strictObject({ queues: z.array(QueueView) });
export type QueueList = z.output<typeof QueueList>;
