import { type Kysely, sql } from "kysely";
import type { OpenCircuit } from "../contracts/provider.ts";
import { toJson } from "./json.ts";
import { RELAXED } from "./relaxed.ts";
import type { Schema } from "./schema.ts";

/* Workers say every five seconds that they live. One that is silent counts for nothing, and is shown for a while. */

const SILENT_SECONDS = 15;
const FORGET_SECONDS = 60;

const silentFor = (seconds: number) => sql`now() - ${seconds} * interval '1 second'`;

/** Of a row of `workers`. */
export const IS_LIVING = sql<boolean>`seen_at > ${silentFor(SILENT_SECONDS)}`;

/** How many serve each queue: `queue, workers`. */
export const WORKERS_BY_QUEUE = sql`
  select q as queue, count(*) as workers from workers, unnest(queues) as q where ${IS_LIVING} group by q`;

/** What a worker says of itself whenever it says that it lives. */
export interface SeenWorker {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** Tasks at a time, by the queues it serves. */
  readonly concurrency: Readonly<Record<string, number>>;
  readonly memoryBytes: number;
  /** Whether it takes nothing new and ends when it has finished what it holds. */
  readonly draining?: boolean;
  /** Providers that it gives a rest. */
  readonly circuits?: readonly OpenCircuit[];
}

/** @returns how many lived a moment ago */
export async function seeWorker(db: Kysely<Schema>, worker: SeenWorker): Promise<number> {
  const { rows } = await sql<{ workers: number }>`
    with relaxed as materialized (${RELAXED})
    insert into workers (id, host, pid, queues, version, concurrency, memory_bytes, draining, circuits)
    select ${worker.id}, ${worker.host}, ${worker.pid}, ${Object.keys(worker.concurrency)}::text[], ${worker.version},
      ${toJson(worker.concurrency)}::jsonb, ${worker.memoryBytes}::bigint, ${worker.draining ?? false},
      ${toJson(worker.circuits ?? [])}::jsonb
    from relaxed on conflict (id) do update set seen_at = now(), memory_bytes = excluded.memory_bytes,
      draining = excluded.draining, circuits = excluded.circuits
    returning (select count(*)::int from workers where ${IS_LIVING}) as workers`.execute(db);
  return rows[0]?.workers ?? 1;
}

/** One that has ended as it should is in no list any more. */
export async function forgetWorker(db: Kysely<Schema>, id: string): Promise<void> {
  await db.deleteFrom("workers").where("id", "=", id).execute();
}

/** The leader's to do: were it done with each sign of life, every worker would read all others each time. */
export async function forgetSilentWorkers(db: Kysely<Schema>): Promise<void> {
  await sql`delete from workers where seen_at < ${silentFor(FORGET_SECONDS)}`.execute(db);
}
