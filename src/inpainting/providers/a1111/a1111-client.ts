import { z } from "zod";
import type { ProviderSettings } from "../../../config/provider-settings.ts";
import { createProviderHttp } from "../http/provider-http.ts";
import { type A1111Catalogue, createA1111Catalogue } from "./a1111-catalogue.ts";
import { type A1111Task, openTask, readProgress } from "./a1111-task.ts";
import {
  Checkpoint,
  fileOf,
  GenerationInfo,
  Img2ImgAnswer,
  type Img2ImgRequest,
  type GenerationInfo as Info,
  Options,
} from "./a1111-wire.ts";

/** What a Stable Diffusion web UI can be asked. */
export interface A1111Client {
  /** Ends when the picture is done. @param mostBytes of its file */
  img2img(
    request: Img2ImgRequest,
    mostBytes: number,
    signal: AbortSignal,
  ): Promise<{ readonly file: Uint8Array; readonly info: z.output<typeof Info> }>;
  /** A picture of ours, before it is sent under this id. */
  openTask(taskId: string, signal: AbortSignal): Promise<A1111Task>;
  /** Whether what was done last was cut short; false where something else is under way already, so that it cannot be told. */
  wasCutShort(signal: AbortSignal): Promise<boolean>;
  checkpoints(signal: AbortSignal): Promise<readonly Checkpoint[]>;
  /** What it has besides; schedules of samplers since A1111 1.9, before that each sampler had its own in its name. */
  readonly catalogue: A1111Catalogue;
  /** The title of what is loaded now; null where nothing is. */
  loaded(signal: AbortSignal): Promise<string | null>;
  load(checkpoint: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** In base64 a file takes a third more, and the answer holds what was asked, too. */
const BASE64 = 4 / 3;
const AROUND_BYTES = 8 * 1024 ** 2;

export function createA1111Client({ id, url, key }: ProviderSettings): A1111Client {
  const http = createProviderHttp({ id, url, key, readRefusal });
  return {
    catalogue: createA1111Catalogue(http),
    async img2img(request, mostBytes, signal) {
      const { images, info } = await http.json(Img2ImgAnswer, "/sdapi/v1/img2img", {
        method: "POST",
        json: request,
        signal,
        mostBytes: Math.ceil(mostBytes * BASE64 + AROUND_BYTES),
      });
      const [first = ""] = images;
      return {
        file: fileOf(first),
        info: GenerationInfo.safeParse(parsed(info)).data ?? {},
      };
    },
    openTask: (taskId, signal) => openTask(http, taskId, signal),
    async wasCutShort(signal) {
      const { job, interrupted, skipped } = (await readProgress(http, signal)).state;
      return (job ?? "") === "" && (interrupted === true || skipped === true);
    },
    checkpoints: (signal) => http.json(z.array(Checkpoint), "/sdapi/v1/sd-models", { signal }),
    async loaded(signal) {
      return (await http.json(Options, "/sdapi/v1/options", { signal })).sd_model_checkpoint ?? null;
    },
    load: (checkpoint, signal) =>
      http.tell("/sdapi/v1/options", { method: "POST", json: { sd_model_checkpoint: checkpoint }, signal }),
    close: () => http.close(),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const Refusal = z.object({
  error: z.string().optional(),
  errors: z.string().optional(),
  detail: z.union([z.string(), z.array(z.object({ loc: z.array(z.unknown()), msg: z.string() }))]).optional(),
});

/** Its errors in one line: `detail` of a refusal, `error` and `errors` of what broke in it, fields of what it did not take. */
function readRefusal(body: string): string {
  const { error, errors, detail } = Refusal.safeParse(parsed(body)).data ?? {};
  if (detail === "Not Found") return "it has no such path: start it with --api";
  const fields = Array.isArray(detail) ? detail.map(({ loc, msg }) => `${loc.join(".")}: ${msg}`) : [];
  const texts = [error, typeof detail === "string" ? detail : undefined, ...fields, errors];
  const said = [...new Set(texts.filter((text) => text !== undefined && text !== ""))];
  return said.length === 0 ? body.replaceAll(/<[^>]*>/g, " ") : said.join(": ");
}
