import { RetriedBatch } from "../contracts/actions.ts";
import { BatchPage, type BatchStanding, BatchView } from "../contracts/api.ts";
import {
  BatchEstimate,
  BatchPictures,
  BatchSettings,
  DryRunLine,
  StoredPictures,
} from "../contracts/batches.ts";
import { ComparedBatches, type CompareQuery } from "../contracts/compare.ts";
import { Report } from "../contracts/report.ts";
import type { RunStatus } from "../contracts/run.ts";
import { parseAs } from "../errors.ts";
import { at, onceOnly, type Paging, post } from "./actions.ts";
import type { CallOptions, Connection } from "./connection.ts";
import { readJsonLines } from "./json-lines.ts";
import { type Picture, pictureFile } from "./picture.ts";

/* Methods of the client for batches. */

type Ask = Connection["json"];

export interface CreateBatchOptions extends CallOptions {
  /** Name of a ready-made workflow, YAML or JSON text of one, or the object that `defineWorkflow` returns. */
  readonly workflow: string | object;
  /** Values of the workflow's other inputs; images as artifact UUIDs. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** 0 is served first; default 10. */
  readonly priority?: number;
  /** US dollars that its calls to providers may cost together; what would exceed it is held. */
  readonly maxCost?: number;
  /** It pauses itself when so many pictures have failed; resumed, when so many more have. */
  readonly maxFailures?: number;
  /** Pictures that were done before, with the same workflow, inputs and models, are done again. */
  readonly again?: boolean;
  /** Of the server, below one that its MASKLOOM_FOLDERS lists. */
  readonly folder?: string;
  /** Whether folders inside of it are walked, too; default true. */
  readonly recursive?: boolean;
  readonly urls?: readonly (string | { readonly url: string; readonly file: string })[];
  /** Pictures that are stored already: `artifacts.create`. */
  readonly pictures?: readonly { readonly image: string; readonly file: string }[];
  /** CSV of inputs by picture, with a column `file`; with a column `url` it is the list of pictures itself. */
  readonly table?: string;
  /** By the workflow's inputs: a folder of the server with files named like the pictures, or stored masks by pictures' names. */
  readonly masks?: Readonly<
    Record<string, string | readonly { readonly image: string; readonly file: string }[]>
  >;
  /** So many of them only, spread evenly over all. */
  readonly sample?: number;
  /** At most 1,000, sent with the request. */
  readonly images?: readonly Exclude<Picture, { readonly artifact: unknown }>[];
  /** Sent again with the same one within 24 hours, the same batch is answered and none is begun. */
  readonly idempotencyKey?: string;
}

export interface ListBatchesOptions extends CallOptions {
  /** How it stands, or what tasks of it wait for: `held`, `uncertain`, `review`. */
  readonly status?: BatchStanding;
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

/** What a batch would be of: all that begins one but the pictures of a form. */
export type PlannedBatch = Omit<
  CreateBatchOptions,
  "images" | "priority" | "maxCost" | "maxFailures" | "again" | "idempotencyKey"
>;

export interface ListPicturesOptions extends CallOptions {
  /** Default `order`: as they came. */
  readonly order?: "order" | "worst";
  readonly status?: RunStatus;
  /** Place of the first one, from 0. */
  readonly from?: number;
  /** 1 to 500; default 100. */
  readonly limit?: number;
}

export const batchMethods = ({ json: ask, send }: Pick<Connection, "json" | "send">) => ({
  /** Their files side by side, by name; those whose numbers differ most first. */
  compare: ({ signal, ...query }: CompareBatchesOptions): Promise<ComparedBatches> =>
    ask(ComparedBatches, "api/batches/compare", { query, signal }),
  /** Newest first; `next` of a page is the `before` of the following one. */
  list: ({ signal, single, ...query }: ListBatchesOptions = {}): Promise<BatchPage> =>
    ask(BatchPage, "api/batches", { query: { ...query, single: single ? "true" : undefined }, signal }),
  get: (batchUUID: string, options: CallOptions = {}): Promise<BatchView> =>
    ask(BatchView, at("batches", batchUUID), options),
  /** Of exactly one of `folder`, `urls`, `pictures` and `images`, or of a `table` of URLs. */
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
  /** How many pictures it would have, and about how long it would take; begins nothing. */
  estimate: ({ signal, ...body }: PlannedBatch): Promise<BatchEstimate> =>
    ask(BatchEstimate, "api/batches/estimate", post({ signal }, body)),
  /** What would be found in a sample of its pictures, by default 20; begins nothing. */
  dryRun: ({ signal, ...body }: PlannedBatch): AsyncGenerator<DryRunLine> => dryRun(send, body, signal),
  /** What all its pictures share. */
  settings: (batchUUID: string, options: CallOptions = {}): Promise<BatchSettings> =>
    ask(BatchSettings, at("batches", batchUUID, "settings"), options),
  pictures: (batchUUID: string, { signal, ...query }: ListPicturesOptions = {}): Promise<BatchPictures> =>
    ask(BatchPictures, at("batches", batchUUID, "pictures"), { query, signal }),
  /** The report that `maskloom run` writes, of what has ended so far. */
  report: (batchUUID: string, options: CallOptions = {}): Promise<Report> =>
    ask(Report, at("batches", batchUUID, "report.json"), options),
  /** The same as web pages with small pictures: a zip, by and by. */
  reportPages: async (batchUUID: string, options: CallOptions = {}) =>
    bodyOf(await send(at("batches", batchUUID, "report.zip"), options)),
  /** All results with the report: a zip, by and by. */
  results: async (batchUUID: string, options: CallOptions = {}) =>
    bodyOf(await send(at("batches", batchUUID, "results.zip"), options)),
});

const bodyOf = ({ body }: Response): ReadableStream<Uint8Array> => body ?? new ReadableStream();

async function* dryRun(
  send: Connection["send"],
  body: object,
  signal: AbortSignal | undefined,
): AsyncGenerator<DryRunLine> {
  const response = await send("api/batches/dry-run", post({ signal }, body));
  for await (const line of readJsonLines(response)) yield parseAs(DryRunLine, line, "dry run");
}

/** Stores pictures; a form holds at most 1,000. */
export async function storePictures(
  ask: Ask,
  pictures: readonly Exclude<Picture, { readonly artifact: unknown }>[],
  { signal }: CallOptions,
): Promise<StoredPictures["pictures"]> {
  const form = new FormData();
  for (const picture of pictures) {
    const { name, content } = await pictureFile(picture);
    form.append("images", content, name);
  }
  return (await ask(StoredPictures, "api/artifacts", { ...post({ signal }), body: form })).pictures;
}

async function createBatch(
  ask: Ask,
  { images, idempotencyKey, signal, ...body }: CreateBatchOptions,
): Promise<BatchView> {
  const request = { method: "POST", headers: onceOnly(idempotencyKey), signal } as const;
  if (images === undefined) return ask(BatchView, "api/batches", { ...request, body });
  const { workflow, inputs, priority, maxCost, maxFailures, again } = body;
  const form = new FormData();
  form.set("workflow", typeof workflow === "string" ? workflow : JSON.stringify(workflow));
  if (inputs !== undefined) form.set("inputs", JSON.stringify(inputs));
  for (const [name, value] of Object.entries({ priority, maxCost, maxFailures, again }))
    if (value !== undefined) form.set(name, String(value));
  for (const image of images) {
    const { name, content } = await pictureFile(image);
    form.append("images", content, name);
  }
  return ask(BatchView, "api/batches", { ...request, body: form });
}
