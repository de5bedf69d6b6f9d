import { LRUCache } from "lru-cache";
import { MaskloomError } from "../errors.ts";

const WINDOW_MS = 60_000;
const MOST_ATTEMPTS = 60;
const ADDRESSES_KEPT = 10_000;

/** Wrong keys by address: whoever sends very many is told to wait instead of being looked at. */
export interface FailedAttempts {
  /** @throws RATE_LIMITED */
  check(address: string): void;
  note(address: string): void;
}

/** @param now milliseconds of any clock that only goes forward */
export function createFailedAttempts(now: () => number = () => performance.now()): FailedAttempts {
  const attempts = new LRUCache<string, number>({
    max: ADDRESSES_KEPT,
    ttl: WINDOW_MS,
    ttlResolution: 0,
    noUpdateTTL: true, // the minute begins with the first of them
    perf: { now },
  });
  return {
    check(address) {
      if ((attempts.get(address) ?? 0) < MOST_ATTEMPTS) return;
      const retryAfterSeconds = Math.ceil(attempts.getRemainingTTL(address) / 1000);
      throw new MaskloomError(
        "RATE_LIMITED",
        `API key: more than ${MOST_ATTEMPTS} wrong ones came from your address; try again in ${retryAfterSeconds} s`,
        { retryAfterSeconds },
      );
    },
    note(address) {
      attempts.set(address, (attempts.get(address) ?? 0) + 1);
    },
  };
}
