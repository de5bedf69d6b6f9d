import { LRUCache } from "lru-cache";
import type { Caller, KeyId } from "../contracts/caller.ts";
import { MaskloomError } from "../errors.ts";
import { countRequests } from "../store/key-requests.ts";
import { isUsableKey } from "../store/keys.ts";
import type { Store } from "../store/store.ts";

/** What a key's limits let through. */
export interface Admission {
  /**
   * Counts requests against those that the key has in a minute, all of them or none.
   * @throws RATE_LIMITED with the time to wait; UNAUTHORIZED where the key was revoked meanwhile
   */
  admit(caller: Caller, requests?: number): Promise<void>;
  /**
   * Counts a task that is under way, until the returned function is called; calling it again changes nothing. Null where
   * the key may have any number.
   * @throws RATE_LIMITED where the key has as many as it may
   */
  enter(caller: Caller): (() => void) | null;
}

/** Tasks end at times that nobody knows; a client that asks again each second loses little. */
const BUSY_RETRY_SECONDS = 1;
const KEYS_KEPT = 10_000;

export function createAdmission(db: Store["db"]): Admission {
  /* A client that goes on asking is answered from here and costs the database nothing. */
  const refused = new LRUCache<KeyId, true>({ max: KEYS_KEPT });
  const underWay = new Map<KeyId, number>();

  return {
    async admit({ keyId, limits: { requestsPerMinute } }, requests = 1) {
      if (keyId === null) return;
      if (requestsPerMinute === null) {
        if (!(await isUsableKey(db, keyId))) throw revoked(keyId);
        return;
      }
      const known = refused.getRemainingTTL(keyId);
      if (known > 0) throw tooManyRequests(keyId, requestsPerMinute, known);
      const count = await countRequests(db, keyId, requests);
      if (count.outcome === "revoked") throw revoked(keyId);
      if (count.outcome === "admitted") return;
      if (requests === 1) refused.set(keyId, true, { ttl: count.retryAfterMs });
      throw tooManyRequests(keyId, requestsPerMinute, count.retryAfterMs);
    },
    enter({ keyId, limits: { concurrency } }) {
      if (keyId === null || concurrency === null) return null;
      const entered = underWay.get(keyId) ?? 0;
      if (entered >= concurrency) throw tooManyTasks(keyId, concurrency);
      underWay.set(keyId, entered + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        const rest = (underWay.get(keyId) ?? 1) - 1;
        if (rest === 0) underWay.delete(keyId);
        else underWay.set(keyId, rest);
      };
    },
  };
}

function revoked(keyId: KeyId): MaskloomError {
  return new MaskloomError("UNAUTHORIZED", `API key ${keyId}: it was revoked; expected one that is in use`);
}

function tooManyRequests(keyId: KeyId, limit: number, waitMs: number): MaskloomError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new MaskloomError(
    "RATE_LIMITED",
    `API key ${keyId}: expected at most ${limit} requests a minute, got more; try again in ${retryAfterSeconds} s`,
    { retryAfterSeconds },
  );
}

function tooManyTasks(keyId: KeyId, limit: number): MaskloomError {
  return new MaskloomError(
    "RATE_LIMITED",
    `API key ${keyId}: expected at most ${limit} tasks under way at a time, got one more; wait for one to end`,
    { retryAfterSeconds: BUSY_RETRY_SECONDS },
  );
}
