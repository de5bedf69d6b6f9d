import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import pg from "pg";
import type { Schema } from "./schema.ts";

/**
 * NOTIFY as a wake-up only: a message that is lost costs a poll's delay, never an event.
 * `ready`: tasks wait for delivery, or there is room for them; `events`: the log has grown; `cancelled`: workers look at their leases; `ended`: a run
 * ended, and perhaps its batch with it; `keys`: one was revoked; `feeds`: a batch is to be fed; `workers`: one said that it lives, or left;
 * `installation`: keys, owners, settings, limits, paused queues or models are others than they were.
 */
const WAKE_UPS = [
  "ready",
  "events",
  "cancelled",
  "ended",
  "keys",
  "feeds",
  "workers",
  "installation",
] as const;
export type WakeUp = (typeof WAKE_UPS)[number];

const RECONNECT_MS = 500;
const CONNECT_MS = 10_000;
/** Nothing is ever sent on the connection that listens: only so it notices that the other side has gone. */
const KEEP_ALIVE_MS = 10_000;
/** Notifying takes a lock at commit that the whole server shares, so it is done apart from the work and at most this often. */
const COALESCE_MS = 5;

/**
 * PostgreSQL wakes every session that listens for every NOTIFY in its database, whatever the channel: with as many
 * sessions as workers, what one run costs would grow with the workers. So only so many of them listen.
 */
const MOST_LISTENING = 16;
/** Once there are too many, there must be fewer than that again: at the border they would come and go. */
const FEW_AGAIN = 12;
/** What was needed a moment ago is soon needed again, as by who waits for one run after the other. */
const LINGER_MS = 60_000;

export interface WakeUps {
  notify(...wakeUps: WakeUp[]): void;
  /** @returns a function that stops listening */
  on(wakeUp: WakeUp, listener: () => void): () => void;
  /** As `on`, but where there are many workers it hears nothing: for whoever looks often enough by itself. */
  onAmongFew(wakeUp: WakeUp, listener: () => void): () => void;
  /** How many workers live, as far as this process knows. */
  tellWorkers(count: number): void;
  close(): Promise<void>;
}

/**
 * @param channel separates installations that share a database; the schema's name
 * @param lingerMs for which it is listened on when nobody needs it any more
 */
export function openWakeUps(
  db: Kysely<Schema>,
  connection: pg.ClientConfig,
  channel: string,
  { lingerMs = LINGER_MS }: { readonly lingerMs?: number } = {},
): WakeUps {
  const listeners = new Map<WakeUp, Set<() => void>>(WAKE_UPS.map((wakeUp) => [wakeUp, new Set()]));
  /* What this process says it has heard already. */
  const self = randomUUID();
  const sender = startSender(db, channel, self);
  const ear = createEar(
    (signal) =>
      keepListening(connection, channel, signal, (payload) => {
        const [from, what] = payload?.split(" ") ?? [];
        if (from === self) return;
        for (const wakeUp of WAKE_UPS) if (what === wakeUp || payload === null) wake(wakeUp);
      }),
    lingerMs,
  );

  const wake = (wakeUp: WakeUp) => {
    for (const listener of listeners.get(wakeUp) ?? []) listener();
  };
  const add = (wakeUp: WakeUp, listener: () => void) => {
    listeners.get(wakeUp)?.add(listener);
    return () => listeners.get(wakeUp)?.delete(listener);
  };

  return {
    notify(...wakeUps) {
      wakeUps.forEach(wake);
      sender.send(wakeUps);
    },
    on(wakeUp, listener) {
      const spare = ear.need();
      const remove = add(wakeUp, listener);
      return () => {
        remove();
        spare();
      };
    },
    onAmongFew(wakeUp, listener) {
      ear.like();
      return add(wakeUp, listener);
    },
    tellWorkers: ear.tellWorkers,
    async close() {
      await Promise.all([sender.close(), ear.close()]);
    },
  };
}

/** Listens where somebody here must hear, or would like to and is among few. */
function createEar(listen: (signal: AbortSignal) => Promise<void>, lingerMs: number) {
  const needs = new Set<symbol>();
  let lingering: NodeJS.Timeout | undefined;
  let isLiked = false;
  let isCrowded = false;
  let isClosed = false;
  let session: AbortController | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const attend = () => {
    const isWanted = !isClosed && (needs.size > 0 || lingering !== undefined || (isLiked && !isCrowded));
    if (isWanted === (session !== undefined)) return;
    session?.abort();
    session = isWanted ? new AbortController() : undefined;
    if (session !== undefined) ended = Promise.all([ended, listen(session.signal)]);
  };
  const stopLingering = () => {
    lingering = undefined;
    attend();
  };
  return {
    /** @returns what takes that back */
    need() {
      const need = Symbol("need");
      needs.add(need);
      attend();
      return () => {
        if (!needs.delete(need) || needs.size > 0) return;
        clearTimeout(lingering);
        lingering = setTimeout(stopLingering, lingerMs).unref();
      };
    },
    like() {
      isLiked = true;
      attend();
    },
    tellWorkers(count: number) {
      isCrowded = isCrowded ? count > FEW_AGAIN : count > MOST_LISTENING;
      attend();
    },
    async close() {
      isClosed = true;
      clearTimeout(lingering);
      attend();
      await ended;
    },
  };
}

/** For those who look on: nobody's work waits for it, so it goes along with what is urgent. */
const UNHURRIED: WakeUp = "events";

/** Sends the first urgent wake-up at once and gathers those that follow closely. */
function startSender(db: Kysely<Schema>, channel: string, self: string) {
  const pending = new Set<WakeUp>();
  let timer: NodeJS.Timeout | undefined;
  let isResting = false;
  let sending: Promise<unknown> = Promise.resolve();
  const flush = () => {
    timer = undefined;
    isResting = pending.size > 0;
    if (!isResting) return;
    const wakeUps = [...pending];
    pending.clear();
    timer = setTimeout(flush, COALESCE_MS);
    /* A failure is not reported: readers poll, too, and whoever needs the database notices by itself. */
    sending = sql`/* prepare:notify */
      select pg_notify(${channel}, ${self} || ' ' || w) from unnest(${wakeUps}::text[]) as w`
      .execute(db)
      .catch(() => undefined);
  };
  return {
    send(wakeUps: readonly WakeUp[]) {
      for (const wakeUp of wakeUps) pending.add(wakeUp);
      if (isResting) return;
      if (wakeUps.every((wakeUp) => wakeUp === UNHURRIED)) {
        timer ??= setTimeout(flush, COALESCE_MS);
        return;
      }
      clearTimeout(timer);
      flush();
    },
    /** What waits and what is on its way arrives: a command that ends now is the only one that says it. */
    close() {
      clearTimeout(timer);
      flush();
      clearTimeout(timer);
      return sending;
    },
  };
}

/** Listens until aborted, over any number of lost connections; a new connection wakes everybody (null), since something may have been missed. */
async function keepListening(
  connection: pg.ClientConfig,
  channel: string,
  signal: AbortSignal,
  wake: (payload: string | null) => void,
): Promise<void> {
  while (!signal.aborted) {
    const client = new pg.Client({
      connectionTimeoutMillis: CONNECT_MS,
      ...connection,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    });
    client.on("notification", ({ payload }) => wake(payload ?? null));
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      wake(null);
      await once(client, "end", { signal });
    } catch {
      /* tried again below, until aborted */
    }
    await client.end().catch(() => undefined);
    if (!signal.aborted) await sleep(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
  }
}
