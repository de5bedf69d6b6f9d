import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { BatchUUID } from "../../contracts/ids.ts";
import { ERRORS, toErrorRecord, toMaskloomError } from "../../errors.ts";
import { startLoop } from "../../queue/loop.ts";
import { endFeed, holdFeed, type OpenFeed, releaseFeed, takeFeed } from "../../store/batch-feeds.ts";
import { type FeedServices, feedBatch } from "./feed-batch.ts";

export interface FeedingOptions {
  readonly onError: (error: unknown) => void;
  readonly pollMs?: number;
  /** A process that dies is missed after this time. */
  readonly holdMs?: number;
}

/** Batches whose pictures one process takes in at a time. */
const AT_ONCE = 4;
/** Batches that it holds: most of them wait for room, for money or for another day, and keep no other one waiting. */
const MOST_HELD = 64;
/** Each look costs some questions: the more batches wait, the less often each one looks. */
const REST_MS = 25;
/** Ends of runs come by the hundred; without any, it is looked after this time. */
const ROOM_MS = 500;

/**
 * Feeds batches of folders and lists, each one by one process at a time: what is still to come of them is in the
 * database, so that another process goes on where this one stops.
 */
export function startFeeding(
  services: FeedServices,
  { onError, pollMs = 2_000, holdMs = 15_000 }: FeedingOptions,
) {
  const { store } = services;
  const holder = { holder: randomUUID(), holdMs };
  const stopping = new AbortController();
  const active = new Map<BatchUUID, Promise<void>>();
  const turn = pLimit(AT_ONCE);
  let loop: ReturnType<typeof startLoop> | undefined;

  const endOfRun = () =>
    new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        stopListening();
        stopping.signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ROOM_MS);
      const stopListening = store.wakeUps.on("ended", end);
      stopping.signal.addEventListener("abort", end);
    });

  const room = async () => {
    const restMs = Math.max(0, active.size - AT_ONCE) * REST_MS;
    if (restMs > 0) await sleep(restMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (!stopping.signal.aborted) await endOfRun();
  };

  const feed = async (taken: OpenFeed) => {
    const { batchUUID } = taken;
    const lost = new AbortController();
    const hold = () =>
      void holdFeed(store.db, batchUUID, holder)
        .then((held) => (held ? undefined : lost.abort()))
        .catch(onError);
    const holding = setInterval(hold, holdMs / 3);
    try {
      const signal = AbortSignal.any([stopping.signal, lost.signal]);
      await feedBatch(services, taken, { room, turn, signal });
    } catch (error) {
      if (stopping.signal.aborted || lost.signal.aborted) return;
      onError(error);
      /* What another try would not change ends the feed, and its batch says why. */
      if (!ERRORS[toMaskloomError(error).code].retry)
        await endFeed(store.db, batchUUID, toErrorRecord(error));
    } finally {
      clearInterval(holding);
      await releaseFeed(store.db, batchUUID, holder.holder).catch(onError);
    }
  };

  const take = async () => {
    while (active.size < MOST_HELD && !stopping.signal.aborted) {
      const taken = await takeFeed(store.db, holder, await services.folders.roots());
      if (taken === null) break;
      const feeding = feed(taken).finally(() => {
        active.delete(taken.batchUUID);
        store.wakeUps.notify("ended"); // its batch may be over
        loop?.wake();
      });
      active.set(taken.batchUUID, feeding);
    }
    return "idle" as const;
  };
  loop = startLoop(take, { pollMs, onError });
  const stopListening = store.wakeUps.on("feeds", () => loop?.wake());

  return {
    async stop(): Promise<void> {
      stopListening();
      stopping.abort();
      await loop?.stop();
      await Promise.all(active.values());
    },
  };
}
