import { z } from "zod";
import { RunPage, RunWorkflow } from "../contracts/api.ts";
import { FolderList, type StoredPictures } from "../contracts/batches.ts";
import { Erased } from "../contracts/owners.ts";
import { Health, Readiness } from "../contracts/readiness.ts";
import { DONE_RUN_STATUSES, type Event, RunDetail, TaskView } from "../contracts/run.ts";
import { MaskloomError } from "../errors.ts";
import { onceOnly, queueMethods, reviewMethods, runActions, taskActions } from "./actions.ts";
import { batchMethods, storePictures } from "./batches.ts";
import {
  type CallOptions,
  Connection,
  type ConnectionOptions,
  errorOf,
  type RequestOptions,
} from "./connection.ts";
import { type EventOptions, streamEvents } from "./event-stream.ts";
import { modelMethods } from "./models.ts";
import { type RunSearch, runSearch, wholeMethods } from "./overview.ts";
import { ownerMethods } from "./owners.ts";
import { parkedMethods } from "./parked.ts";
import { type Picture, pictureFile } from "./picture.ts";
import { providerMethods } from "./providers.ts";
import { keyMethods, settingsMethods } from "./settings.ts";
import { spendingMethods } from "./spending.ts";
import { workflowMethods } from "./workflows.ts";

export type MaskloomClientOptions = ConnectionOptions;

export interface CreateRunOptions extends CallOptions {
  /** Name of a ready-made workflow, YAML or JSON text of one, or the object that `defineWorkflow` returns. */
  readonly workflow: string | object;
  /** Goes into the workflow's first image input. */
  readonly image?: Picture;
  /** Name of the run; default: that of the file. */
  readonly file?: string;
  /** Values of the workflow's other inputs; images as artifact UUIDs. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** Seconds, at most 120, that the answer may be held back for the run to end; default 0. */
  readonly wait?: number;
  /** Sent again with the same one within 24 hours, the same run is answered and none is begun. */
  readonly idempotencyKey?: string;
}

export interface ListRunsOptions extends CallOptions, RunSearch {
  readonly before?: string;
  /** 1 to 200; default 50. */
  readonly limit?: number;
}

export interface WaitForRunOptions extends CallOptions {
  /** Gives up after this many seconds with TIMED_OUT; default: never. */
  readonly timeout?: number;
}

export interface DownloadedArtifact {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** SHA-256 of the bytes in hex digits. */
  readonly digest: string;
}

/** One held answer of `runs.wait`; proxies tend to end what is silent for longer. */
const WAIT_SECONDS = 25;

/** A Maskloom server from Node or a browser. Every method throws MaskloomError with the server's code. */
export class MaskloomClient {
  readonly #connection: Connection;

  constructor(options: MaskloomClientOptions = {}) {
    this.#connection = new Connection(options);
  }

  readonly runs = {
    create: (options: CreateRunOptions): Promise<RunDetail> => this.#createRun(options),
    get: (runUUID: string, options: CallOptions = {}): Promise<RunDetail> =>
      this.#connection.json(RunDetail, `api/runs/${encodeURIComponent(runUUID)}`, options),
    /** Takes it away now, with its pictures; it cannot be undone. */
    erase: (runUUID: string, options: CallOptions = {}): Promise<Erased> =>
      this.#connection.json(Erased, `api/runs/${encodeURIComponent(runUUID)}`, {
        ...options,
        method: "DELETE",
      }),
    /** The whole document that it follows, and which step needs which. */
    workflow: (runUUID: string, options: CallOptions = {}): Promise<RunWorkflow> =>
      this.#connection.json(RunWorkflow, `api/runs/${encodeURIComponent(runUUID)}/workflow`, options),
    /** Newest first; `next` of a page is the `before` of the following one. */
    list: ({ signal, ...query }: ListRunsOptions = {}): Promise<RunPage> =>
      this.#connection.json(RunPage, "api/runs", { query, signal }),
    ...runActions((...request) => this.#connection.json(...request)),
    ...runSearch(
      (...request) => this.#connection.json(...request),
      (...request) => this.#connection.send(...request),
    ),
    /** The run once it has ended, however long that takes. @throws TIMED_OUT */
    wait: (runUUID: string, options: WaitForRunOptions = {}): Promise<RunDetail> =>
      this.#waitForRun(runUUID, options),
  };

  readonly tasks = {
    get: (taskUUID: string, options: CallOptions = {}): Promise<TaskView> =>
      this.#connection.json(TaskView, `api/tasks/${encodeURIComponent(taskUUID)}`, options),
    ...taskActions((...request) => this.#connection.json(...request)),
  };

  readonly calls = {
    /** What a provider is painting looks like at the moment: a small WEBP. @throws NOT_FOUND where it shows nothing */
    preview: async (callUUID: string, options: CallOptions = {}): Promise<Uint8Array> => {
      const path = `api/calls/${encodeURIComponent(callUUID)}/preview`;
      return new Uint8Array(await (await this.#connection.send(path, options)).arrayBuffer());
    },
  };

  readonly batches = batchMethods({
    json: (...request) => this.#connection.json(...request),
    send: (...request) => this.#connection.send(...request),
  });

  /** Folders of the server that batches may be of, or those inside of one of them. */
  readonly folders = {
    list: ({ signal, path }: CallOptions & { readonly path?: string } = {}): Promise<FolderList> =>
      this.#connection.json(FolderList, "api/folders", { query: { path }, signal }),
  };

  readonly parked = parkedMethods((...request) => this.#connection.json(...request));

  readonly providers = providerMethods((...request) => this.#connection.json(...request));

  readonly reviews = reviewMethods((...request) => this.#connection.json(...request));

  readonly queues = queueMethods((...request) => this.#connection.json(...request));

  readonly #whole = wholeMethods((...request) => this.#connection.json(...request));
  /** What runs, what failed, what it cost today. */
  readonly overview = this.#whole.overview;
  /** What a UUID names: a run, a task, a batch or an artifact. */
  readonly find = this.#whole.find;
  /** What a model finds in a picture, and the mask of it: at once, or by a run where a `provider` is to look. */
  readonly detect = this.#whole.detect;
  readonly workers = { list: this.#whole.workers };

  readonly keys = keyMethods((...request) => this.#connection.json(...request));

  readonly owners = ownerMethods({
    json: (...request) => this.#connection.json(...request),
    send: (...request) => this.#connection.send(...request),
  });
  readonly #installation = settingsMethods((...request) => this.#connection.json(...request));
  /** What is set, and by what. */
  readonly settings = this.#installation.settings;
  readonly changeSettings = this.#installation.changeSettings;
  /** Who did what. */
  readonly audit = { list: this.#installation.audit };
  readonly #money = spendingMethods({
    json: (...request) => this.#connection.json(...request),
    send: (...request) => this.#connection.send(...request),
  });
  readonly spending = this.#money.spending;
  readonly spendingCalls = this.#money.spendingCalls;

  readonly artifacts = {
    /** Stores pictures, at most 1,000, without beginning anything; one that cannot be used says why. */
    create: (
      pictures: readonly Exclude<Picture, { readonly artifact: unknown }>[],
      options: CallOptions = {},
    ): Promise<StoredPictures["pictures"]> =>
      storePictures((...request) => this.#connection.json(...request), pictures, options),
    /** A small WEBP. @param size longest side in pixels */
    thumbnail: (
      uuid: string,
      { size = 256, ...options }: CallOptions & { readonly size?: 96 | 256 | 512 } = {},
    ): Promise<DownloadedArtifact> =>
      this.#download(`${encodeURIComponent(uuid)}/thumbnail`, { ...options, query: { size } }),
    download: (uuid: string, options: CallOptions = {}): Promise<DownloadedArtifact> =>
      this.#download(encodeURIComponent(uuid), options),
  };

  readonly workflows = workflowMethods((...request) => this.#connection.json(...request));

  readonly models = modelMethods({
    json: (...request) => this.#connection.json(...request),
    send: (...request) => this.#connection.send(...request),
  });

  /** Live events, resumed by itself after a lost connection, until `signal` aborts or the loop is left. */
  events(options: EventOptions = {}): AsyncGenerator<Event> {
    return streamEvents(this.#connection, options);
  }

  health(options: CallOptions = {}): Promise<Health> {
    return this.#connection.json(Health, "healthz", options);
  }

  /** What the server says about itself, also where it is not ready. */
  async readiness(options: CallOptions = {}): Promise<Readiness> {
    const response = await this.#connection.raw("readyz", options);
    const answer = Readiness.safeParse(
      await response
        .clone()
        .json()
        .catch(() => null),
    );
    if (answer.success) return answer.data;
    throw await errorOf(response, "readyz");
  }

  /** The server's OpenAPI document. */
  openapi(options: CallOptions = {}): Promise<Record<string, unknown>> {
    return this.#connection.json(z.record(z.string(), z.unknown()), "openapi.json", options);
  }

  async #createRun(options: CreateRunOptions): Promise<RunDetail> {
    const { workflow, image, file, inputs, wait, idempotencyKey, signal } = options;
    const request = { method: "POST", query: { wait }, headers: onceOnly(idempotencyKey), signal } as const;
    if (image === undefined || "artifact" in image) {
      const body = { workflow, image: image?.artifact, file, inputs };
      return this.#connection.json(RunDetail, "api/runs", { ...request, body });
    }
    const { name, content } = await pictureFile(image);
    const form = new FormData();
    form.set("workflow", typeof workflow === "string" ? workflow : JSON.stringify(workflow));
    if (file !== undefined) form.set("file", file);
    if (inputs !== undefined) form.set("inputs", JSON.stringify(inputs));
    form.set("image", content, name);
    return this.#connection.json(RunDetail, "api/runs", { ...request, body: form });
  }

  async #waitForRun(runUUID: string, { timeout, signal }: WaitForRunOptions): Promise<RunDetail> {
    const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeout * 1000;
    const path = `api/runs/${encodeURIComponent(runUUID)}`;
    for (;;) {
      const left = Math.max(0, (deadline - Date.now()) / 1000);
      const wait = Math.min(WAIT_SECONDS, left);
      const run = await this.#connection.json(RunDetail, path, { query: { wait }, signal });
      if (DONE_RUN_STATUSES.has(run.status)) return run;
      if (Date.now() < deadline) continue;
      throw new MaskloomError(
        "TIMED_OUT",
        `run ${runUUID}: expected it to end within ${timeout} s, it is ${run.status}`,
      );
    }
  }

  async #download(place: string, options: RequestOptions): Promise<DownloadedArtifact> {
    const response = await this.#connection.send(`api/artifacts/${place}`, options);
    return {
      bytes: new Uint8Array(await response.arrayBuffer()),
      mediaType: response.headers.get("content-type") ?? "application/octet-stream",
      digest: response.headers.get("etag")?.replaceAll('"', "") ?? "",
    };
  }
}
