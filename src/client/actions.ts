import { QueueList, QueueView, type RerunRun, RetriedBatch } from "../contracts/actions.ts";
import { BatchPage, BatchView } from "../contracts/api.ts";
import { AlikeRuns, ComparedBatches, type CompareQuery } from "../contracts/compare.ts";
import {
  type DecideReview,
  DecisionList,
  type DecisionQuery,
  ReviewList,
  type ReviewQuery,
} from "../contracts/review.ts";
import { RunDetail, type RunView, TaskView } from "../contracts/run.ts";
import type { CallOptions, Connection } from "./connection.ts";
import { type Picture, pictureFile } from "./picture.ts";

/* Methods of the client for what is done to runs, tasks, batches and queues. */

type Ask = Connection["json"];

const at = (kind: string, id: string, action = "") =>
  `api/${kind}/${encodeURIComponent(id)}${action === "" ? "" : `/${action}`}`;
const post = ({ signal }: CallOptions, body?: unknown) =>
  ({ method: "POST", signal, ...(body === undefined ? {} : { body }) }) as const;

export const onceOnly = (key: string | undefined): Record<string, string> =>
  key === undefined ? {} : { "idempotency-key": key };

export interface RerollOptions extends CallOptions {
  /** Id of the step; default: the first that draws by a seed. */
  readonly from?: string;
}

export interface RerunOptions extends CallOptions, Partial<RerunRun> {}

export const runActions = (ask: Ask) => ({
  cancel: (runUUID: string, options: CallOptions = {}): Promise<RunDetail> =>
    ask(RunDetail, at("runs", runUUID, "cancel"), post(options)),
  /** Other runs of the same picture, or of a file of the same name, the newest first. */
  alike: async (
    runUUID: string,
    { signal, limit }: CallOptions & { readonly limit?: number } = {},
  ): Promise<RunView[]> =>
    (await ask(AlikeRuns, at("runs", runUUID, "alike"), { query: { limit }, signal })).runs,
  /** Goes on with a failed or cancelled run; the same seeds. */
  retry: (runUUID: string, options: CallOptions = {}): Promise<RunDetail> =>
    ask(RunDetail, at("runs", runUUID, "retry"), post(options)),
  /** A new run with other seeds from a step on. */
  reroll: (runUUID: string, { from, ...options }: RerollOptions = {}): Promise<RunDetail> =>
    ask(RunDetail, at("runs", runUUID, "reroll"), post(options, { from })),
  /** A new run with some parameters changed. */
  rerun: (runUUID: string, { signal, ...body }: RerunOptions): Promise<RunDetail> =>
    ask(RunDetail, at("runs", runUUID, "rerun"), { ...post({}, body), signal }),
});

export const taskActions = (ask: Ask) => ({
  cancel: (taskUUID: string, options: CallOptions = {}): Promise<TaskView> =>
    ask(TaskView, at("tasks", taskUUID, "cancel"), post(options)),
  retry: (taskUUID: string, options: CallOptions = {}): Promise<TaskView> =>
    ask(TaskView, at("tasks", taskUUID, "retry"), post(options)),
  /** A new run with other seeds from this task's step on; of an element, that one alone. */
  reroll: (taskUUID: string, options: CallOptions = {}): Promise<RunDetail> =>
    ask(RunDetail, at("tasks", taskUUID, "reroll"), post(options)),
  /** Of a task in review. With its `round` a decision that is sent again changes nothing. */
  decide: (taskUUID: string, { signal, ...decision }: DecideOptions): Promise<TaskView> =>
    ask(TaskView, at("tasks", taskUUID, "decision"), { ...post({}, decision), signal }),
});

export interface DecideOptions extends CallOptions, DecideReview {}

interface Paging {
  /** How many are left out at the head of the list. */
  readonly offset?: number;
  /** 1 to 200; default 50. */
  readonly limit?: number;
}

export interface ListReviewsOptions
  extends CallOptions,
    Paging,
    Pick<ReviewQuery, "batch" | "workflow" | "step" | "sort"> {}
export interface ListDecisionsOptions
  extends CallOptions,
    Paging,
    Pick<DecisionQuery, "batch" | "run" | "workflow"> {}

export const reviewMethods = (ask: Ask) => ({
  /** Those with the worst numbers first; what is decided makes room, so that the next ones move up. */
  list: ({ signal, ...query }: ListReviewsOptions = {}): Promise<ReviewList> =>
    ask(ReviewList, "api/reviews", { query, signal }),
  /** What was decided, by whom and when, the newest first. */
  decisions: ({ signal, ...query }: ListDecisionsOptions = {}): Promise<DecisionList> =>
    ask(DecisionList, "api/reviews/decisions", { query, signal }),
});

export interface CreateBatchOptions extends CallOptions {
  /** Name of a ready-made workflow, YAML or JSON text of one, or the object that `defineWorkflow` returns. */
  readonly workflow: string | object;
  /** Values of the workflow's other inputs; images as artifact UUIDs. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** 0 is served first; default 10. */
  readonly priority?: number;
  /** Of the server, below one that its MASKLOOM_FOLDERS lists. */
  readonly folder?: string;
  /** Whether folders inside of it are walked, too; default true. */
  readonly recursive?: boolean;
  readonly urls?: readonly (string | { readonly url: string; readonly file: string })[];
  /** At most 1,000, sent with the request. */
  readonly images?: readonly Exclude<Picture, { readonly artifact: unknown }>[];
  /** Sent again with the same one within 24 hours, the same batch is answered and none is begun. */
  readonly idempotencyKey?: string;
}

export interface ListBatchesOptions extends CallOptions {
  readonly status?: BatchView["status"];
  /** A workflow's name. */
  readonly workflow?: string;
  /** Also those that hold one run each. */
  readonly single?: boolean;
  readonly before?: string;
  /** 1 to 200; default 50. */
  readonly limit?: number;
}

export interface CompareBatchesOptions
  extends CallOptions,
    Paging,
    Pick<CompareQuery, "left" | "right" | "sort"> {}

export const batchMethods = (ask: Ask) => ({
  /** Their files side by side, by name; those whose numbers differ most first. */
  compare: ({ signal, ...query }: CompareBatchesOptions): Promise<ComparedBatches> =>
    ask(ComparedBatches, "api/batches/compare", { query, signal }),
  /** Newest first; `next` of a page is the `before` of the following one. */
  list: ({ signal, single, ...query }: ListBatchesOptions = {}): Promise<BatchPage> =>
    ask(BatchPage, "api/batches", { query: { ...query, single: single ? "true" : undefined }, signal }),
  get: (batchUUID: string, options: CallOptions = {}): Promise<BatchView> =>
    ask(BatchView, at("batches", batchUUID), options),
  /** Of exactly one of `folder`, `urls` and `images`. */
  create: (options: CreateBatchOptions): Promise<BatchView> => createBatch(ask, options),
  /** @param changes `priority`: 0 is served first */
  update: (
    batchUUID: string,
    changes: { readonly priority: number },
    { signal }: CallOptions = {},
  ): Promise<BatchView> =>
    ask(BatchView, at("batches", batchUUID), { method: "PATCH", body: changes, signal }),
  pause: (batchUUID: string, options: CallOptions = {}): Promise<BatchView> =>
    ask(BatchView, at("batches", batchUUID, "pause"), post(options)),
  resume: (batchUUID: string, options: CallOptions = {}): Promise<BatchView> =>
    ask(BatchView, at("batches", batchUUID, "resume"), post(options)),
  cancel: (batchUUID: string, options: CallOptions = {}): Promise<BatchView> =>
    ask(BatchView, at("batches", batchUUID, "cancel"), post(options)),
  retryFailed: (batchUUID: string, options: CallOptions = {}): Promise<RetriedBatch> =>
    ask(RetriedBatch, at("batches", batchUUID, "retry-failed"), post(options)),
});

export const queueMethods = (ask: Ask) => ({
  list: async (options: CallOptions = {}): Promise<QueueView[]> =>
    (await ask(QueueList, "api/queues", options)).queues,
  pause: (name: string, options: CallOptions = {}): Promise<QueueView> =>
    ask(QueueView, at("queues", name, "pause"), post(options)),
  resume: (name: string, options: CallOptions = {}): Promise<QueueView> =>
    ask(QueueView, at("queues", name, "resume"), post(options)),
});

async function createBatch(
  ask: Ask,
  { images, idempotencyKey, signal, ...body }: CreateBatchOptions,
): Promise<BatchView> {
  const request = { method: "POST", headers: onceOnly(idempotencyKey), signal } as const;
  if (images === undefined) return ask(BatchView, "api/batches", { ...request, body });
  const { workflow, inputs, priority } = body;
  const form = new FormData();
  form.set("workflow", typeof workflow === "string" ? workflow : JSON.stringify(workflow));
  if (inputs !== undefined) form.set("inputs", JSON.stringify(inputs));
  if (priority !== undefined) form.set("priority", String(priority));
  for (const image of images) {
    const { name, content } = await pictureFile(image);
    form.append("images", content, name);
  }
  return ask(BatchView, "api/batches", { ...request, body: form });
}
