import { durationMs } from "../contracts/duration.ts";
import type { RetryPolicy } from "../contracts/retry-policy.ts";
import { ERRORS, type ErrorCode } from "../errors.ts";
import { retryDelayMs } from "./settle.ts";

/** What a call to a provider failed with. */
interface CallFailure {
  readonly code: ErrorCode;
  /** When it may be asked again, if it says so. */
  readonly retryAfterSeconds?: number | undefined;
}

/** What may be on a bill is never sent again from here, whatever a policy says. */
const NEVER: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "CALL_OPEN",
  "CALL_UNCERTAIN",
  "OUTPUT_INVALID",
  "BUDGET_EXCEEDED",
  "CANCELLED",
  "INTERNAL",
]);

/**
 * Whether a call is made again, and how long after.
 * @param tries that failed before this one
 * @param random in [0, 1): spreads the tries of many calls
 * @returns milliseconds, at least what the provider asks for; null where it is left to the engine: where it may be billed, where
 * trying again does not help, and where more patience is asked for than the policy's `max`
 */
export function callRetryMs(
  policy: RetryPolicy,
  { code, retryAfterSeconds = 0 }: CallFailure,
  tries: number,
  random: number,
): number | null {
  const isWorthIt = policy.on?.includes(code) ?? ERRORS[code].retry;
  if (NEVER.has(code) || !isWorthIt || tries + 1 >= policy.attempts) return null;
  const afterMs = retryAfterSeconds * 1000;
  if (afterMs > mostMs(policy)) return null;
  return Math.max(retryDelayMs(policy, tries + 1, random), afterMs * (1 + random / 2));
}

function mostMs({ backoff }: RetryPolicy): number {
  const max = typeof backoff === "object" ? backoff.max : undefined;
  return max === undefined ? Number.POSITIVE_INFINITY : durationMs(max);
}
