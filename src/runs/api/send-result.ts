import { setTimeout as sleep } from "node:timers/promises";
import { type ErrorRecord, MaskloomError, toErrorRecord } from "../../errors.ts";
import type { OutsideClient, OutsideMessage } from "../outside/outside-client.ts";

/** How often and how patiently something is sent outside. */
export interface Patience {
  readonly attempts: number;
  readonly firstMs: number;
  readonly mostMs: number;
  /** Of one attempt. */
  readonly timeoutMs: number;
}

/** About two minutes, the times of the real service; after that a receiver has to ask with getResponse. */
export const WEBHOOK_PATIENCE: Patience = { attempts: 20, firstMs: 250, mostMs: 8_000, timeoutMs: 5_000 };
/** The client waits for its answer meanwhile. */
export const UPLOAD_PATIENCE: Patience = { attempts: 4, firstMs: 250, mostMs: 2_000, timeoutMs: 30_000 };

/**
 * Doubling from the first to the longest, half of it spread by chance.
 * @param attempts made so far, at least 1
 * @param random in [0, 1)
 */
export function delayAfter(attempts: number, { firstMs, mostMs }: Patience, random: number): number {
  const delay = Math.min(mostMs, firstMs * 2 ** (attempts - 1));
  return delay / 2 + (delay / 2) * random;
}

export type Sent =
  | { readonly kind: "taken" }
  | { readonly kind: "refused"; readonly error: ErrorRecord; readonly isFinal: boolean };

/** One attempt. Throws where `signal` aborts, and nothing else. */
export async function sendOnce(
  outside: OutsideClient,
  url: string,
  message: Omit<OutsideMessage, "timeoutMs">,
  { timeoutMs }: Patience,
): Promise<Sent> {
  try {
    const { status } = await outside.send(url, { ...message, timeoutMs });
    if (status >= 200 && status < 300) return { kind: "taken" };
    const error = { code: "FETCH_FAILED", message: `it answers ${status}` };
    return { kind: "refused", error, isFinal: false };
  } catch (error) {
    message.signal.throwIfAborted();
    const isFinal = error instanceof MaskloomError && error.code === "TARGET_REFUSED";
    return { kind: "refused", error: toErrorRecord(error), isFinal };
  }
}

/** As often as patience allows; what it ended with. Throws where `signal` aborts. */
export async function sendPatiently(
  outside: OutsideClient,
  url: string,
  message: Omit<OutsideMessage, "timeoutMs">,
  patience: Patience,
): Promise<Sent> {
  for (let attempts = 1; ; attempts++) {
    const sent = await sendOnce(outside, url, message, patience);
    if (sent.kind === "taken" || sent.isFinal || attempts >= patience.attempts) return sent;
    await sleep(delayAfter(attempts, patience, Math.random()), undefined, { signal: message.signal });
  }
}
