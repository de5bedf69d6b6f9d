import { setTimeout as sleep } from "node:timers/promises";
import pLimit, { type LimitFunction } from "p-limit";
import pg from "pg";
import { slotsName } from "../../store/slots-in-use.ts";

/** Calls under way at a time at one provider, of all workers of an installation together. */
export interface CallSlots {
  /** Runs `work` in one of the provider's slots; waits for one. */
  within<T>(provider: string, slots: number, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Takes one of the provider's slots, if one is free. @returns what gives it back; null where all are taken */
  tryTake(provider: string, slots: number): Promise<(() => Promise<void>) | null>;
  close(): Promise<void>;
}

const FIRST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 1_000;
const CONNECT_MS = 10_000;

/**
 * A slot is an advisory lock of a session that each process has for this alone: whoever dies, at whatever moment, gives
 * its slots back with its connection.
 */
export function createCallSlots(connection: pg.ClientConfig, schema: string): CallSlots {
  const waiting = new Map<string, LimitFunction>();
  /* The session may take a lock that it has once more: of two at the same time, the second must know what the first got. */
  const oneByOne = pLimit(1);
  let session: Promise<Session> | undefined;

  const connect = (): Promise<Session> => {
    if (session !== undefined) return session;
    /* With the session all its slots are gone: for a moment others may take them beside what is under way here. A lost one
       may say so more than once, and late: its successor must not be forgotten for that, locks and all. */
    const onLost = () => {
      if (session === opening) session = undefined;
    };
    const opening = openSession(connection, onLost);
    opening.catch(onLost);
    session = opening;
    return opening;
  };
  const lockOne = async (provider: string, slots: number): Promise<TakenSlot | null> => {
    const taker = await connect();
    const { client, held } = taker;
    const own = held.get(provider) ?? new Set<number>();
    held.set(provider, own);
    /* The same session may take a lock twice: those held here are left out, before any lock is tried. That takes a fence
       (offset 0): of two conditions side by side PostgreSQL asks the cheaper one first, which for three or more slots is the
       lock. The rows are looked at one by one, so that no lock is taken beyond the first. */
    const { rows } = await client.query<{ slot: number }>(
      `select slot from (
         select slot from generate_series(1, $2::int) as slot where slot <> all($3::int[]) offset 0
       ) as others
       where pg_try_advisory_lock(hashtext($1), slot) limit 1`,
      [slotsName(schema, provider), slots, [...own]],
    );
    const slot = rows[0]?.slot;
    if (slot === undefined) return null;
    own.add(slot);
    return { session: taker, slot };
  };
  const tryTake = (provider: string, slots: number) => oneByOne(() => lockOne(provider, slots));
  /** To the session that it was taken from: what a later one holds under the same number is another call's. */
  const give = async (provider: string, { session: { client, held }, slot }: TakenSlot): Promise<void> => {
    held.get(provider)?.delete(slot);
    await client.query("select pg_advisory_unlock(hashtext($1), $2)", [slotsName(schema, provider), slot]);
  };
  const take = async (provider: string, slots: number, signal: AbortSignal): Promise<TakenSlot> => {
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
      return inTurn(limit, signal, async () => {
        const slot = await take(provider, slots, signal);
        try {
          return await work();
        } finally {
          await give(provider, slot).catch(() => undefined);
        }
      });
    },
    async close() {
      const last = await session?.catch(() => undefined);
      session = undefined;
      await last?.client.end().catch(() => undefined);
    },
  };
}

/** Whoever is cancelled while it waits for its turn leaves at once, whatever those before it are doing. */
function inTurn<T>(limit: LimitFunction, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave, { once: true });
    const begin = async (): Promise<T> => {
      signal.removeEventListener("abort", leave);
      signal.throwIfAborted();
      return work();
    };
    limit(begin).then(resolve, reject);
  });
}

interface Session {
  readonly client: pg.Client;
  /** The slots that are its own, by provider. */
  readonly held: Map<string, Set<number>>;
}

interface TakenSlot {
  readonly session: Session;
  readonly slot: number;
}

async function openSession(connection: pg.ClientConfig, onLost: () => void): Promise<Session> {
  const client = new pg.Client({ connectionTimeoutMillis: CONNECT_MS, ...connection, keepAlive: true });
  client.on("error", onLost);
  client.on("end", onLost);
  await client.connect();
  return { client, held: new Map() };
}
