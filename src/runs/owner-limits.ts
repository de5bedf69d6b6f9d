import { LRUCache } from "lru-cache";
import type { OwnerUUID } from "../contracts/ids.ts";
import { MaskloomError } from "../errors.ts";
import { readOwnerUse } from "../store/owner-list.ts";
import type { Store } from "../store/store.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** @throws RATE_LIMITED until the next day of UTC, where the owner has begun as many runs today as it may */
export async function assertMayBegin(db: Store["db"], owner: OwnerUUID): Promise<void> {
  const { limits, runsToday } = await readOwnerUse(db, owner);
  if (limits.runsPerDay === null || runsToday < limits.runsPerDay) return;
  const retryAfterSeconds = Math.ceil((DAY_MS - (Date.now() % DAY_MS)) / 1000);
  throw new MaskloomError(
    "RATE_LIMITED",
    `this owner: expected at most ${limits.runsPerDay} runs within a day of UTC, ${runsToday} have begun; try again tomorrow, or ` +
      "have whoever runs this installation raise it (`maskloom owners set --runs-per-day`)",
    { retryAfterSeconds },
  );
}

/** For batches that are fed: they wait instead of failing. */
export async function mayBegin(db: Store["db"], owner: OwnerUUID): Promise<boolean> {
  const { limits, runsToday } = await readOwnerUse(db, owner);
  return limits.runsPerDay === null || runsToday < limits.runsPerDay;
}

/** Summing up an owner's pictures takes a moment; so long a sum is good, with what this process added since. */
const SUM_KEPT_MS = 10_000;
const OWNERS_KEPT = 1_000;

interface Room {
  readonly limit: number | null;
  used: number;
}

/** @returns throws BUDGET_EXCEEDED where so many bytes more are more than their owner may keep */
export function createStorageLimit(db: Store["db"]): (owner: OwnerUUID, bytes: number) => Promise<void> {
  const rooms = new LRUCache<OwnerUUID, Room>({ max: OWNERS_KEPT, ttl: SUM_KEPT_MS });
  return async (owner, bytes) => {
    let room = rooms.get(owner);
    if (room === undefined) {
      const { limits, bytesKept } = await readOwnerUse(db, owner);
      room = { limit: limits.bytesKept, used: bytesKept };
      rooms.set(owner, room);
    }
    if (room.limit !== null && room.used + bytes > room.limit) {
      throw new MaskloomError(
        "BUDGET_EXCEEDED",
        `this owner: expected at most ${gigabytes(room.limit)} of pictures, ${gigabytes(room.used)} are kept; delete runs or pictures, ` +
          "or have whoever runs this installation raise it (`maskloom owners set --gigabytes`)",
      );
    }
    room.used += bytes;
  };
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(3)} GB`;
