import { startLoop } from "../../queue/loop.ts";
import { retentionInForce } from "../retention.ts";
import type { Services } from "../services.ts";
import { collectGarbage, type Garbage } from "./collect-garbage.ts";

export interface KeepCollectingOptions {
  readonly onError: (error: unknown) => void;
  readonly onCollected: (garbage: Garbage) => void;
  /** Before the first look, so that a command that lasts a minute does not clear up first. */
  readonly firstAfterMs?: number;
  readonly everyMs?: number;
}

const MINUTE_MS = 60_000;
const THOROUGH_EVERY_MS = 24 * 60 * MINUTE_MS;

/** Clears up by itself for as long as this process leads. Stopping waits for the part under way only. */
export function startCollecting(
  { store, blobs, config }: Pick<Services, "store" | "blobs" | "config">,
  options: KeepCollectingOptions,
): { stop(): Promise<void> } {
  const { onError, onCollected, firstAfterMs = 10 * MINUTE_MS, everyMs = 60 * MINUTE_MS } = options;
  const stopping = new AbortController();
  let due = Date.now() + firstAfterMs;
  let thoroughDue = due;
  const look = async () => {
    if (Date.now() < due) return "idle" as const;
    due = Date.now() + everyMs;
    const thorough = Date.now() >= thoroughDue;
    const garbage = await collectGarbage(store, blobs, {
      ...(await retentionInForce(store, config)),
      thorough,
      signal: stopping.signal,
    });
    if (thorough) thoroughDue = Date.now() + THOROUGH_EVERY_MS;
    if (garbage.pictures + garbage.blobs > 0) onCollected(garbage);
    return "idle" as const;
  };
  const loop = startLoop(look, { pollMs: Math.min(MINUTE_MS, everyMs, Math.max(1, firstAfterMs)), onError });
  return {
    async stop() {
      stopping.abort();
      await loop.stop();
    },
  };
}
