import { setTimeout as sleep } from "node:timers/promises";
import pLimit, { type LimitFunction } from "p-limit";
import pg from "pg";

/** Calls under way at a time at one provider, of all workers of an installation together. */
export interface CallSlots {
  /** Runs `work` in one of the provider's slots; waits for one. */
  within<T>(provider: string, slots: number, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Takes one of the provider's slots, if one is free. @returns what gives it back; null where all are taken */
  tryTake(provider: string, slots: number): Promise<(() => Promise<void>) | null>;
  close(): Promise<void>;
}

/** What the locks of a provider's slots are made of; the second number of each is the slot's. */
export const slotsName = (schema: string, provider: string) => `${schema}:calls:${provider}`;

const FIRST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 1_000;
const CONNECT_MS = 10_000;

/**
 * A slot is an advisory lock of a session that each process has for this alone: whoever dies, at whatever moment, gives
 * its slots back with its connection.
 */
export function createCallSlots(connection: pg.ClientConfig, schema: string): CallSlots {
  const waiting = new Map<string, LimitFunction>();
  const held = new Map<string, Set<number>>();
  /* The session may take a lock that it has once more: of two at the same time, the second must know what the first got. */
  const oneByOne = pLimit(1);
  let session: Promise<pg.Client> | undefined;

  const connect = (): Promise<pg.Client> => {
    session ??= openSession(connection, () => {
      /* With the session all its slots are gone: for a moment others may take them beside what is under way here. */
      session = undefined;
      held.clear();
    });
    session.catch(() => {
      session = undefined;
    });
    return session;
  };
  const lockOne = async (provider: string, slots: number): Promise<number | null> => {
    const client = await connect();
    const own = held.get(provider) ?? new Set<number>();
    held.set(provider, own);
    /* The same session may take a lock twice: those held here are left out. The rows are looked at one by one, so that no
       lock is taken beyond the first. */
    const { rows } = await client.query<{ slot: number }>(
      `select slot from generate_series(1, $2::int) as slot
       where slot <> all($3::int[]) and pg_try_advisory_lock(hashtext($1), slot) limit 1`,
      [slotsName(schema, provider), slots, [...own]],
    );
    const slot = rows[0]?.slot ?? null;
    if (slot !== null) own.add(slot);
    return slot;
  };
  const tryTake = (provider: string, slots: number) => oneByOne(() => lockOne(provider, slots));
  const give = async (provider: string, slot: number): Promise<void> => {
    if (held.get(provider)?.delete(slot) !== true) return;
    const client = await connect();
    await client.query("select pg_advisory_unlock(hashtext($1), $2)", [slotsName(schema, provider), slot]);
  };
  const take = async (provider: string, slots: number, signal: AbortSignal): Promise<number> => {
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(LONGEST_LOOK_MS, wait * 1.5)) {
      signal.throwIfAborted();
      const slot = await tryTake(provider, slots);
      if (slot !== null) return slot;
      await sleep(wait / 2 + (wait / 2) * Math.random(), undefined, { signal });
    }
  };

  return {
    async tryTake(provider, slots) {
      const slot = await tryTake(provider, slots);
      return slot === null ? null : () => give(provider, slot).catch(() => undefined);
    },
    within(provider, slots, signal, work) {
      /* More of this process than there are slots need not ask the database. */
      const limit = waiting.get(provider) ?? pLimit(slots);
      waiting.set(provider, limit);
      return limit(async () => {
        const slot = await take(provider, slots, signal);
        try {
          return await work();
        } finally {
          await give(provider, slot).catch(() => undefined);
        }
      });
    },
    async close() {
      const client = await session?.catch(() => undefined);
      session = undefined;
      await client?.end().catch(() => undefined);
    },
  };
}

async function openSession(connection: pg.ClientConfig, onLost: () => void): Promise<pg.Client> {
  const client = new pg.Client({ connectionTimeoutMillis: CONNECT_MS, ...connection, keepAlive: true });
  client.on("error", onLost);
  client.on("end", onLost);
  await client.connect();
  return client;
}
