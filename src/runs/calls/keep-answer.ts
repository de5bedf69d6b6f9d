import { setTimeout as sleep } from "node:timers/promises";
import type { RetryPolicy } from "../../contracts/retry-policy.ts";
import { retryDelayMs } from "../../engine/settle.ts";
import { isConnectionLost, throughOutages } from "../../store/connection-loss.ts";
import type { CallOrder } from "./call-order.ts";

/** A few seconds in all: what stays full for longer is left to the task's next attempt. */
const POLICY: RetryPolicy = { attempts: 5, backoff: { type: "exponential", delay: "500ms", max: "10s" } };

/**
 * Keeps an answer that is here, again where that fails for a moment: it may be on a bill, and by the next attempt its
 * provider may know it no more.
 * @throws what the last try failed at; the call is as open then as it was before
 */
export async function keepAnswer(
  keep: () => Promise<object>,
  { signal, onKeepRetry }: Pick<CallOrder<unknown>, "signal" | "onKeepRetry">,
): Promise<object> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await throughOutages(keep, { signal });
    } catch (error) {
      /* A connection that is lost has been waited for. */
      if (tries >= POLICY.attempts || signal.aborted || isConnectionLost(error)) throw error;
      const wait = retryDelayMs(POLICY, tries, Math.random());
      onKeepRetry?.(error, wait);
      await sleep(wait, undefined, { signal }).catch(() => {
        throw error;
      });
    }
  }
}
