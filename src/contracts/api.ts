import { z } from "zod";
import { ErrorRecord } from "../errors.ts";
import { ArtifactUUID, BatchUUID, Digest, RunUUID } from "./ids.ts";
import { Event, ParkedStatus, RunStatus } from "./run.ts";
import { ShapeName } from "./tasks.ts";
import { WorkflowOrigin, WorkflowOutline } from "./workflow-library.ts";

/* Bodies and queries of the HTTP API that are not already a contract of their own. */

/**
 * Every failure. `runUUID` is there where a run was begun before it failed: its picture could not be read, say; `since` where it
 * is known from when on it is so: when a picture was removed.
 */
export const ApiError = z.strictObject({
  error: ErrorRecord,
  runUUID: RunUUID.optional(),
  since: z.iso.datetime().optional(),
});
export type ApiError = z.output<typeof ApiError>;

const LONGEST_WAIT_SECONDS = 120;

/** How long an answer may be held back for the run to end, in seconds. */
export const WaitQuery = z.strictObject({
  wait: z.coerce.number().min(0).max(LONGEST_WAIT_SECONDS).default(0),
});

export const RequestInputs = z.record(z.string(), z.unknown());
/** Name of a ready-made workflow, a document as YAML or JSON text, or the document itself. */
export const WorkflowGiven = z.union([z.string().min(1), z.record(z.string(), z.unknown())]);
export type WorkflowGiven = z.output<typeof WorkflowGiven>;
/** Names the run, with folders where it has some. It is no path of the server; it may still not look like a way out. */
const FileName = z
  .string()
  .min(1)
  .max(1000)
  .regex(
    /^(?![/\\])(?!.*(?:^|[/\\])\.\.(?:[/\\]|$))[^\p{Cc}]+$/u,
    "expected a relative name such as folder/photo.jpg",
  );

/** The JSON body that starts a run. */
export const StartRun = z.strictObject({
  workflow: WorkflowGiven,
  /** The picture: base64, a `data:` URI with base64, or the UUID of an artifact. Goes into the first image input. */
  image: z.string().min(1).optional(),
  file: FileName.optional(),
  inputs: RequestInputs.default({}),
});
export type StartRun = z.output<typeof StartRun>;

/** A form's field of JSON: values of the workflow's other inputs by name. */
export const FormInputs = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue("expected JSON, such as {}");
      return z.NEVER;
    }
  })
  .pipe(RequestInputs);

/** The form that starts a run; the picture is its file `image`. */
export const StartRunForm = z.strictObject({
  workflow: z.string().min(1),
  file: FileName.optional(),
  inputs: FormInputs.optional(),
});
export type StartRunForm = z.output<typeof StartRunForm>;

export const BatchSummary = z.strictObject({
  batchUUID: BatchUUID,
  workflow: z.string(),
  workflowDigest: Digest,
  status: z.enum(["running", "paused", "ended", "cancelled"]),
  /** 0 is served first. */
  priority: z.int(),
  /** How many of its runs stand where; every status is named. */
  runs: z.record(RunStatus, z.int().min(0)),
  /** Of those that are running, the ones in which nothing goes on until there is money, or somebody has looked at a bill. */
  parked: z.strictObject({ held: z.int().min(0), uncertain: z.int().min(0) }),
  /** Pictures that are known and whose runs do not exist yet. */
  toCome: z.int().min(0),
  /** Whether no further run will come. */
  complete: z.boolean(),
  /** US dollars; null where nothing had a price. */
  cost: z.number().min(0).nullable(),
  /** Runs that ended within the last minute; null where the batch is not running. */
  perMinute: z.number().min(0).nullable(),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
});
export type BatchSummary = z.output<typeof BatchSummary>;

/** With what tells it from others of its workflow at a glance. */
export const ListedBatch = BatchSummary.extend({
  /** Where the server takes its pictures from; null where they were sent, or somebody else feeds it. */
  folder: z.string().nullable(),
  /** Some of its first pictures that can be shown: results, and until there is one what it is made of. */
  pictures: z.array(z.strictObject({ runUUID: RunUUID, file: z.string(), picture: ArtifactUUID })),
});
export type ListedBatch = z.output<typeof ListedBatch>;

export const BatchView = BatchSummary.extend({
  /** What its calls to providers came to, in US dollars; null where it makes none and has no limit. */
  budget: z
    .strictObject({
      /** What they may come to, all providers together; null = no limit of its own. */
      maxCost: z.number().min(0).nullable(),
      spent: z.number().min(0),
      /** For calls that have not ended, or of which nobody knows whether they were billed. */
      reserved: z.number().min(0),
      /** Tasks that wait for money. */
      held: z.int().min(0),
      /** Tasks that wait for somebody to look at a bill. */
      uncertain: z.int().min(0),
    })
    .nullable(),
  /** Runs that have the results of earlier ones, because the same was done before. */
  reused: z.int().min(0),
  /** It pauses itself when so many runs have failed; null = it never does. */
  maxFailures: z.int().nullable(),
  /** Why it paused itself; resumed, it goes on. */
  stopped: z.literal("max-failures").nullable(),
  /** At that rate; null where it is not known how many runs are to come. */
  secondsLeft: z.number().min(0).nullable(),
  /** Runs in which something failed, by the code of the error, the most frequent first, each with one of its messages. */
  failures: z.array(
    z.strictObject({
      code: z.string(),
      runs: z.int().min(1),
      /** Of those runs, the ones that went on without what failed. */
      partial: z.int().min(0),
      example: z.string(),
    }),
  ),
  /** What the server feeds the batch with; null where somebody else does. */
  feed: z
    .strictObject({
      folder: z.string().nullable(),
      /** Pictures that are known and whose runs have not begun. */
      waiting: z.int().min(0),
      /** Files of the folder whose extension is no picture's. */
      ignored: z.int().min(0),
      ended: z.boolean(),
      /** Why it ended before everything was there. */
      error: ErrorRecord.nullable(),
    })
    .nullable(),
});
export type BatchView = z.output<typeof BatchView>;

/** How a batch stands, or what tasks of it wait for: money, a look at a bill, a person's review. Also where others of it go on. */
export const BatchStanding = z.enum([
  ...BatchSummary.shape.status.options,
  ...ParkedStatus.options,
  "review",
]);
export type BatchStanding = z.output<typeof BatchStanding>;

export const BatchQuery = z.strictObject({
  status: BatchStanding.optional(),
  /** A workflow's name. */
  workflow: z.string().min(1).max(100).optional(),
  /** Also those that hold one run each, as every run of the API and every task of /v1 has one. */
  single: z.stringbool({ error: "expected true or false" }).default(false),
  /** Batches older than this one: `next` of the page before. */
  before: BatchUUID.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type BatchQuery = z.input<typeof BatchQuery>;

/** Newest first. `next` is the `before` of the following page, null on the last one. */
export const BatchPage = z.strictObject({ batches: z.array(ListedBatch), next: BatchUUID.nullable() });
export type BatchPage = z.output<typeof BatchPage>;

export const WorkflowSummary = WorkflowOutline.extend({
  origin: WorkflowOrigin,
  /** The newest version of a saved one; null for what comes with Maskloom. */
  version: z.int().min(1).nullable(),
});
export type WorkflowSummary = z.output<typeof WorkflowSummary>;

export const WorkflowList = z.strictObject({ workflows: z.array(WorkflowSummary) });
export type WorkflowList = z.output<typeof WorkflowList>;

/** `document` is the workflow as it was written: what a file of it holds. `source` is its text, comments included. */
export const WorkflowDetail = WorkflowSummary.extend({
  document: z.record(z.string(), z.unknown()),
  source: z.string(),
});
export type WorkflowDetail = z.output<typeof WorkflowDetail>;

/** What a run follows. `document` is whole: used workflows and repeated steps are written out. */
export const RunWorkflow = z.strictObject({
  name: z.string(),
  digest: Digest,
  document: z.record(z.string(), z.unknown()),
  /** The document as a YAML file would say it. */
  source: z.string(),
  /** Ids of the steps that each step stands on, by the id of the step, in the order of the document. */
  needs: z.record(z.string(), z.array(z.string())),
});
export type RunWorkflow = z.output<typeof RunWorkflow>;

export const ModelView = z.strictObject({
  id: z.string(),
  kind: z.enum(["detector", "inpainter"]),
  /** Everything that `model` may say for it, the id first. */
  names: z.array(z.string()),
  provider: z.string(),
  description: z.string(),
  /** Whether it can be used now; what is not pulled comes with `maskloom models pull <id>`. */
  state: z.enum(["ready", "notPulled", "damaged"]),
  /** What a detector finds. */
  detects: z.string().optional(),
  /** Every `shape` that a detector's finds can be given, its own first. */
  shapes: z.array(ShapeName).optional(),
  /** Of a detector's weight files. */
  bytes: z.int().optional(),
  /** What its weights are, and the digests that they are checked against. */
  files: z.array(z.strictObject({ file: z.string(), bytes: z.int(), sha256: z.string() })).optional(),
  /** Where its weights come from: with Maskloom, from their publisher on demand, from a file of the user's. */
  origin: z.enum(["packaged", "pulled", "added"]).optional(),
  /** Why it cannot be used, and the command that mends that; absent where it can, or where no command does. */
  problem: z.string().optional(),
  mend: z.string().optional(),
  /** Of its classes, where they are not those in its weights. */
  labels: z.array(z.string()).optional(),
  /** The smallest share of the picture's long side at which a detector finds well without looking into tiles. */
  comfortableSize: z.number().optional(),
  /** Where its authors describe it. */
  homepage: z.string().optional(),
  /** Whether an inpainter invents content, or only restores and fills. */
  generative: z.boolean().optional(),
  licence: z.string(),
});
export type ModelView = z.output<typeof ModelView>;

export const ModelList = z.strictObject({ models: z.array(ModelView) });
export type ModelList = z.output<typeof ModelList>;

const LARGEST_XID = 2n ** 64n - 1n;
const LARGEST_ID = 2n ** 63n - 1n;

/** Where a reader of the events stands; taken from an event or from the greeting, never made up. */
const EventCursor = z.string().refine((cursor) => {
  const [, xid, id] = /^(\d{1,20})\.(\d{1,19})$/.exec(cursor) ?? [];
  return xid !== undefined && id !== undefined && BigInt(xid) <= LARGEST_XID && BigInt(id) <= LARGEST_ID;
}, "expected a cursor that an event carried");

export const EventQuery = z.strictObject({
  /** Events after this one; without it, those from now on. */
  after: EventCursor.optional(),
  batch: BatchUUID.optional(),
  run: RunUUID.optional(),
  /** Whether it is also told of workers that live and of changes of the installation: no events, and not kept. */
  workers: z.stringbool().default(false),
});
export type EventQuery = z.output<typeof EventQuery>;

/**
 * One message of the live connection: first the greeting, which says where the reader stands and how often it hears of the server
 * also where nothing happens, then events.
 */
export const LiveMessage = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hello"),
    cursor: z.string(),
    heartbeatMs: z.int().min(1),
    /** By the clock that all times are of. */
    now: z.iso.datetime(),
  }),
  z.strictObject({ type: z.literal("heartbeat") }),
  z.strictObject({ type: z.literal("event"), event: Event }),
  /** Workers said that they live. */
  z.strictObject({ type: z.literal("workers") }),
  /** Keys, owners, settings, limits, paused queues or, through the API, models were changed: whose they are is an admin's to ask. */
  z.strictObject({ type: z.literal("installation") }),
]);
export type LiveMessage = z.output<typeof LiveMessage>;

export { LIVE_KEY_PREFIX, LIVE_PROTOCOL } from "./live-protocol.ts";
export { RunPage, RunQuery } from "./run-list.ts";
