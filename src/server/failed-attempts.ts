import { isIPv6 } from "node:net";
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
      const network = networkOf(address);
      if ((attempts.get(network) ?? 0) < MOST_ATTEMPTS) return;
      const retryAfterSeconds = Math.ceil(attempts.getRemainingTTL(network) / 1000);
      throw new MaskloomError(
        "RATE_LIMITED",
        `API key: more than ${MOST_ATTEMPTS} wrong ones came from your address; try again in ${retryAfterSeconds} s`,
        { retryAfterSeconds },
      );
    },
    note(address) {
      const network = networkOf(address);
      attempts.set(network, (attempts.get(network) ?? 0) + 1);
    },
  };
}

const GROUPS = 8;

/** Whoever has one IPv6 address has the 2^64 that share its first half. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes(".")) return address;
  const [left = [], right = []] = address
    .split("::")
    .map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = new Array<string>(Math.max(0, GROUPS - left.length - right.length)).fill("0");
  return [...left, ...zeros, ...right].slice(0, GROUPS / 2).join(":");
}
