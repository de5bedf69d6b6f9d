import { setTimeout as sleep } from "node:timers/promises";
import { encodeThumbnail } from "../../image/codec.ts";
import { inspectImage } from "../../image/inspect-image.ts";
import { DEFAULT_LIMITS } from "../../image/limits.ts";
import type { RemoteCall, ToldProgress } from "../../inpainting/inpainter.ts";
import { appendEvents } from "../../store/events.ts";
import { keepPreview } from "../../store/previews.ts";
import type { Store } from "../../store/store.ts";
import type { CallOrder } from "./call-order.ts";

const EVERY_MS = 1_000;
/** Nothing of it is what has not begun, and all of it only what has been fetched, too. */
const LEAST = 0.01;
const MOST = 0.99;
/** Longest side of what is shown on the way, in pixels: what providers make of it is seldom larger. */
const PREVIEW_SIDE = 512;
/** What is shown for a second is not worth decoding where it is larger. */
const PREVIEW_LIMITS = { ...DEFAULT_LIMITS, inputPixels: 16_000_000 };

/** Says how far a call is, to whoever looks on. */
interface ProgressTeller {
  readonly at: RemoteCall["onProgress"];
  /** It is under way no more. @param isDone whether its answer is there; else it begins anew, if at all */
  end(isDone: boolean): void;
}

/**
 * Told as events, one after the other and at most one a second, the newest in any case. Nobody waits for it, and what is
 * lost of it costs nothing. What it looks like is kept beside the call, and the event says that there is a new one.
 */
export function tellProgress(
  { db, wakeUps }: Store,
  { maker, region, signal, isWatched = false }: CallOrder<unknown>,
  callUUID: string,
): ProgressTeller {
  const { ownerUUID: owner, batchUUID: batch, runUUID: run, taskUUID: task, step } = maker;
  const ended = new AbortController();
  let news: (ToldProgress & { readonly share: number }) | null = null;
  let telling: Promise<void> | null = null;
  let hasTold = false;
  let previews = 0;
  /* Of a task that was stopped its own end is told, and after it nothing. */
  const isOver = (): boolean => ended.signal.aborted || signal.aborted;

  const append = async (said: object): Promise<void> => {
    const data = { step, region, ...said };
    await appendEvents(db, [{ type: "task.progress", owner, batch, run, task, data }]);
    wakeUps.notify("events");
  };
  const tell = async ({ preview, step: done, steps, share }: NonNullable<typeof news>): Promise<void> => {
    hasTold = true;
    if (isWatched && preview !== undefined && (await keep(preview))) previews += 1;
    await append({
      share,
      ...(done === undefined ? {} : { sampling: { step: done, steps } }),
      ...(previews === 0 ? {} : { preview: { callUUID, version: previews } }),
    });
  };
  const keep = async (preview: Uint8Array): Promise<boolean> => {
    try {
      inspectImage(preview, PREVIEW_LIMITS);
      return await keepPreview(db, callUUID, await encodeThumbnail(preview, PREVIEW_SIDE));
    } catch {
      return false;
    }
  };
  const tellAll = async (): Promise<void> => {
    while (news !== null && !isOver()) {
      const now = news;
      news = null;
      await tell(now).catch(() => undefined);
      await sleep(EVERY_MS, undefined, { signal: ended.signal, ref: false }).catch(() => undefined);
    }
    telling = null;
  };
  const tellEnd = async (isDone: boolean): Promise<void> => {
    await telling;
    if (hasTold && !signal.aborted) await append({ share: isDone ? 1 : 0 });
  };
  return {
    at(share, told = {}) {
      if (share <= 0 || isOver()) return;
      const percent = Math.round(share * 100) / 100;
      news = { ...news, ...told, share: Math.min(MOST, Math.max(LEAST, percent)) };
      telling ??= tellAll();
    },
    end(isDone) {
      ended.abort();
      tellEnd(isDone).catch(() => undefined);
    },
  };
}
