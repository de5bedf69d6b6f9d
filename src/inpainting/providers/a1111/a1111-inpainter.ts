import { randomInt, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { ProviderSettings } from "../../../config/provider-settings.ts";
import type { InpainterManifest } from "../../../contracts/manifest.ts";
import { MaskloomError } from "../../../errors.ts";
import type { Handover } from "../../handover.ts";
import type { Inpainter, InpaintRequest } from "../../inpainter.ts";
import { UselessAnswer } from "../../useless-answer.ts";
import { payingFor, withDeadline } from "../http/call-deadline.ts";
import { cropFile, maskFile, mostFileBytes, readAnswerFile } from "../http/crop-files.ts";
import { shortSeed } from "../short-seed.ts";
import type { A1111Client } from "./a1111-client.ts";
import { a1111Extras } from "./a1111-extras.ts";
import { isCalled, stemOf } from "./a1111-models.ts";
import { type A1111Defaults, img2imgRequest } from "./a1111-request.ts";
import type { A1111Task } from "./a1111-task.ts";

const PROGRESS_EVERY_MS = 1_000;
/** What is asked beside a picture, before it or at its end, is not waited for longer. */
const STOP_MS = 5_000;
/** Where a step has none, one is drawn here, so that it is known. */
const SEEDS = 2 ** 32;

export interface A1111Runtime {
  readonly settings: ProviderSettings;
  readonly client: A1111Client;
  readonly defaults: A1111Defaults;
  /** The title of the checkpoint of this name; undefined where it has none such. */
  readonly findCheckpoint: (name: string) => string | undefined;
}

/** A checkpoint of a Stable Diffusion web UI: it gets our crop whole, with its own crop switched off. */
export function createA1111Inpainter(manifest: InpainterManifest, runtime: A1111Runtime): Inpainter {
  const { settings, client } = runtime;
  const who = `provider ${settings.id}`;
  return {
    manifest,
    regionsAtOnce: settings.concurrency,
    async inpaint(request) {
      const { call, image } = request;
      if (call?.resumes && settings.paid) throw forgotten(who);
      const taskId = call?.callUUID ?? randomUUID();
      let task: A1111Task | null = null;
      /* Whoever has the task already is painting it anew, under the same name: it remembers no call. */
      const stop = async (handover: Handover | null) => {
        if (handover?.isTaken !== true) await task?.interrupt(AbortSignal.timeout(STOP_MS));
      };
      const { timeoutMs, paid } = settings;
      return withDeadline({ who, timeoutMs, signal: request.signal, stop }, async (signal) => {
        const { seed: sent, warnings } = shortSeed(request.parameters.seed ?? randomInt(SEEDS), who);
        const body = await bodyOf(request, manifest, { taskId, seed: sent }, { ...runtime, signal });
        await loadCheckpoint(client, manifest.id, signal);
        const done = new AbortController();
        const soon = AbortSignal.any([signal, AbortSignal.timeout(STOP_MS)]);
        task = await client.openTask(taskId, soon);
        /* What a worker that died left there is painted for nobody. */
        if (call?.resumes) await task.interruptLeft(soon).catch(() => undefined);
        const watching = followProgress(task, call, AbortSignal.any([signal, done.signal]));
        try {
          return await payingFor({ who, paid }, async () => {
            const { file, info } = await client.img2img(body, mostFileBytes(image), signal);
            checkPainter(who, manifest.id, info.sd_model_name);
            await checkFinished(who, client, signal);
            const painted = await readAnswerFile(file, image, who);
            const seed = info.seed ?? body.seed;
            return { image: painted, seed, warnings, providerId: taskId, ...(paid ? {} : { cost: 0 }) };
          });
        } finally {
          done.abort();
          await watching;
        }
      });
    },
  };
}

/** It remembers no call, so that one that costs cannot be asked for. */
function forgotten(who: string): MaskloomError {
  return new MaskloomError(
    "CALL_UNCERTAIN",
    `${who}: a call was sent whose answer never came, and a web UI keeps no results that could be asked for`,
  );
}

async function bodyOf(
  { image, mask, parameters }: InpaintRequest,
  { id }: InpainterManifest,
  known: { readonly taskId: string; readonly seed: number },
  { client, defaults, findCheckpoint, signal }: A1111Runtime & { readonly signal: AbortSignal },
) {
  const { catalogue } = client;
  const [samplers, schedulers] = [
    (await catalogue.list("samplers", signal)) ?? [],
    (await catalogue.list("schedulers", signal)) ?? [],
  ];
  const extras = await a1111Extras(parameters, catalogue, findCheckpoint, signal);
  const [imageFile, maskBytes] = await Promise.all([cropFile(image), maskFile(mask)]);
  const call = {
    image: Buffer.from(imageFile).toString("base64"),
    mask: Buffer.from(maskBytes).toString("base64"),
    size: { width: image.width, height: image.height },
    checkpoint: id,
    parameters,
    extras,
    ...known,
  };
  return img2imgRequest(call, { samplers, schedulers }, defaults);
}

/** Loaded once and kept, instead of for every picture anew. */
async function loadCheckpoint(client: A1111Client, wanted: string, signal: AbortSignal): Promise<void> {
  const loaded = await client.loaded(signal);
  if (loaded !== null && isCalled(stemOf(loaded), wanted)) return;
  await client.load(wanted, signal);
}

/** No picture silently comes from another checkpoint, whoever changed it meanwhile. */
function checkPainter(who: string, wanted: string, painter: string | null | undefined): void {
  if (painter === undefined || painter === null || painter === "") return;
  if (isCalled(stemOf(painter), wanted)) return;
  throw new UselessAnswer(
    `${who}: expected a picture by ${wanted}, got one by ${painter}: somebody else has changed the checkpoint meanwhile`,
  );
}

/**
 * A web UI answers to what was interrupted there with what it had painted until then, and does not say so. Whether it was
 * finished matters less than that it is there, so where this cannot be asked it counts as finished.
 */
async function checkFinished(who: string, client: A1111Client, signal: AbortSignal): Promise<void> {
  const wasCutShort = await client.wasCutShort(signal).catch(() => false);
  if (!wasCutShort) return;
  throw new UselessAnswer(
    `${who}: expected a finished picture, got one that somebody has interrupted or skipped there`,
  );
}

/** How far it is, for whoever looks on; where it cannot be told, the picture matters more. */
async function followProgress(
  task: A1111Task,
  call: InpaintRequest["call"],
  signal: AbortSignal,
): Promise<void> {
  if (call === undefined) return;
  try {
    for (;;) {
      await wait(PROGRESS_EVERY_MS, undefined, { signal });
      const told = await task.progress(call.isWatched ?? false, signal).catch(() => null);
      if (told === null || signal.aborted) continue;
      const { share, ...details } = told;
      call.onProgress(Math.min(1, Math.max(0, share)), details);
    }
  } catch {
    /* The picture is there, or nobody waits for it any more. */
  }
}
