import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** One lock per installation: the two 32-bit halves are a constant of ours and a hash of the schema's name. */
const LOCK_CLASS = 0x6d6c6f6d;
const RETRY_MS = 1_000;
/** More than these ask less often, so that PostgreSQL is asked as often in all, and a successor is found as soon. */
const ASK_EACH_SECOND = 16;
const CONNECT_MS = 10_000;
/** A machine that lost its power or its network says no goodbye; by itself the server would wait for two hours. */
const LET_GO_OF_THE_DEAD =
  "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3";

/**
 * Runs `lead` while this process is the leader: the one whose session holds the advisory lock. The lock dies with its
 * session, so a killed leader is replaced within about a second. Goes on until `signal` aborts.
 * @param candidates how many processes would like to lead, as far as this one knows
 * @param lead starts the leader's work and returns what stops it.
 */
export async function keepLeading(
  connection: pg.ClientConfig,
  channel: string,
  signal: AbortSignal,
  lead: () => { stop(): Promise<void> },
  candidates: () => number = () => 1,
): Promise<void> {
  const rest = () => restOf(candidates(), signal);
  while (!signal.aborted) {
    const client = new pg.Client({ connectionTimeoutMillis: CONNECT_MS, ...connection, keepAlive: true });
    const lost = new AbortController();
    client.on("error", () => lost.abort());
    client.on("end", () => lost.abort());
    try {
      await client.connect();
      await client.query(LET_GO_OF_THE_DEAD);
      if (await becomeLeader(client, channel, AbortSignal.any([signal, lost.signal]), rest)) {
        const work = lead();
        await aborted(AbortSignal.any([signal, lost.signal]));
        await work.stop();
      }
    } catch {
      /* The database is out of reach: tried again below. Whoever works meanwhile reports it. */
    }
    await client.end().catch(() => undefined);
    if (!signal.aborted) await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Of many, each rests for as long as lets all of them together ask as often as a few do, and no two in step. */
function restOf(candidates: number, signal: AbortSignal): Promise<void> {
  const crowd = candidates / ASK_EACH_SECOND;
  const ms = crowd <= 1 ? RETRY_MS : RETRY_MS * crowd * (0.5 + Math.random());
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}

async function becomeLeader(
  client: pg.Client,
  channel: string,
  signal: AbortSignal,
  rest: () => Promise<void>,
): Promise<boolean> {
  while (!signal.aborted) {
    const { rows } = await client.query<{ leads: boolean }>(
      "select pg_try_advisory_lock($1, hashtext($2)) as leads",
      [LOCK_CLASS, channel],
    );
    if (rows[0]?.leads === true) return true;
    await rest();
  }
  return false;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
