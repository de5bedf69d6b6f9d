import type { RerunRun } from "../contracts/actions.ts";
import {
  ChangedRuns,
  type ChangeRuns,
  type ExportFormat,
  RerunsBegun,
  type TagRuns,
} from "../contracts/bulk.ts";
import { DetectAnswer } from "../contracts/detect.ts";
import { Found, Overview, WorkerList, type WorkerView } from "../contracts/overview.ts";
import { RunCount, type RunFilter } from "../contracts/run-list.ts";
import type { CallOptions, Connection } from "./connection.ts";
import { type Picture, pictureFile } from "./picture.ts";

/* Methods of the client for the whole: what is there, what a UUID is, many runs at once, and a model tried out. */

type Ask = Connection["json"];
type Send = Connection["send"];

/** All of it holds for every run that is meant; several statuses or tags with commas between them. */
export type RunSearch = {
  readonly [Name in keyof RunFilter]?: NonNullable<RunFilter[Name]> extends number ? number : string;
};

/** Runs that are named, or all that match. */
export type WhichRuns =
  | { readonly runs: readonly string[]; readonly filter?: never }
  | { readonly filter: RunSearch; readonly runs?: never };

export const runSearch = (ask: Ask, send: Send) => ({
  count: ({ signal, ...query }: RunSearch & CallOptions = {}): Promise<RunCount> =>
    ask(RunCount, "api/runs/count", { query, signal }),
  tag: ({
    signal,
    ...body
  }: WhichRuns & Partial<Pick<TagRuns, "add" | "remove" | "before">> & CallOptions): Promise<ChangedRuns> =>
    ask(ChangedRuns, "api/runs/tags", { method: "POST", body, signal }),
  /** Again with `next` as `before` as long as there are `more`. */
  bulk: ({
    signal,
    ...body
  }: WhichRuns &
    Partial<Pick<ChangeRuns, "before">> &
    Pick<ChangeRuns, "action"> &
    CallOptions): Promise<ChangedRuns> => ask(ChangedRuns, "api/runs/bulk", { method: "POST", body, signal }),
  /** Again with `next` as `before` until that is null. */
  rerunMany: ({
    signal,
    ...body
  }: WhichRuns &
    Partial<Pick<ChangeRuns, "before">> &
    Partial<RerunRun> &
    CallOptions): Promise<RerunsBegun> =>
    ask(RerunsBegun, "api/runs/rerun", { method: "POST", body, signal }),
  /** The text of a file, by and by. */
  export: async ({
    signal,
    ...query
  }: RunSearch & { readonly format?: ExportFormat } & CallOptions = {}): Promise<
    ReadableStream<Uint8Array>
  > => bodyOf(await send("api/runs/export", { query, signal })),
  exportNamed: async ({
    signal,
    ...body
  }: WhichRuns & { readonly format?: ExportFormat } & CallOptions): Promise<ReadableStream<Uint8Array>> =>
    bodyOf(await send("api/runs/export", { method: "POST", body, signal })),
});

const bodyOf = ({ body }: Response): ReadableStream<Uint8Array> => body ?? new ReadableStream();

export interface DetectOptions extends CallOptions {
  readonly model: string;
  readonly image: Picture;
  /** 0 to 1; default 0.25. */
  readonly confidence?: number;
  readonly tiling?: "auto" | "off";
  /** Pixels. */
  readonly maskPadding?: number;
  readonly maskBlur?: number;
  /** Where it looks: a configured provider, which may cost money; default: the server's machine. */
  readonly provider?: string;
  readonly shape?: "box" | "ellipse" | "hull" | "segmentation";
  readonly invert?: boolean;
}

export const wholeMethods = (ask: Ask) => ({
  overview: ({ signal, today }: CallOptions & { readonly today?: string } = {}): Promise<Overview> =>
    ask(Overview, "api/overview", { query: { today }, signal }),
  find: (uuid: string, options: CallOptions = {}): Promise<Found> =>
    ask(Found, `api/find/${encodeURIComponent(uuid)}`, options),
  workers: async (options: CallOptions = {}): Promise<WorkerView[]> =>
    (await ask(WorkerList, "api/workers", options)).workers,
  async detect({ image, signal, ...settings }: DetectOptions): Promise<DetectAnswer> {
    const request = { method: "POST", signal } as const;
    if ("artifact" in image) {
      return ask(DetectAnswer, "api/detect", { ...request, body: { ...settings, image: image.artifact } });
    }
    const form = new FormData();
    for (const [name, value] of Object.entries(settings)) form.set(name, String(value));
    const { content, name } = await pictureFile(image);
    form.set("image", content, name);
    return ask(DetectAnswer, "api/detect", { ...request, body: form });
  },
});
