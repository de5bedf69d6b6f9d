import { type Kysely, sql } from "kysely";
import type { BatchUUID } from "../contracts/ids.ts";
import { RELAXED } from "./relaxed.ts";
import type { Schema } from "./schema.ts";
import { type AttemptEnd, type Decide, endBatches, settleAttempts } from "./settle-tasks.ts";

const LIMIT = 500;

/** Ends the attempts whose worker has not renewed its lease; what becomes of their tasks is the engine's decision. */
export async function sweepExpiredLeases(
  db: Kysely<Schema>,
  decideFor: (batchUUID: BatchUUID) => Promise<Decide>,
): Promise<number> {
  const expired = await db
    .selectFrom("tasks")
    .select(["uuid", "run_uuid", "attempt"])
    .where("status", "=", "running")
    .where("lease_expires_at", "<", sql<Date>`now()`)
    .orderBy("lease_expires_at")
    .limit(LIMIT)
    .execute();
  if (expired.length === 0) return 0;
  const ends = expired.map(
    (task): AttemptEnd => ({
      taskUUID: task.uuid,
      runUUID: task.run_uuid,
      attempt: task.attempt,
      outcome: { kind: "lost" },
      timings: {},
    }),
  );
  return (await settleAttempts(db, ends, decideFor)).accepted.size;
}

/** Batches whose last run ended in the instant between two workers' looks. */
export async function sweepBatches(db: Kysely<Schema>): Promise<void> {
  await endBatches(db, "all");
}

/** Workers say that they live; those silent for `forgetMs` are forgotten. */
export async function seeWorker(
  db: Kysely<Schema>,
  worker: { id: string; host: string; pid: number; queues: readonly string[] },
  forgetMs: number,
): Promise<void> {
  await sql`
    with relaxed as materialized (${RELAXED}),
    forgotten as (delete from workers where seen_at < now() - ${forgetMs} * interval '1 millisecond')
    insert into workers (id, host, pid, queues) select ${worker.id}, ${worker.host}, ${worker.pid}, ${worker.queues}::text[]
    from relaxed on conflict (id) do update set seen_at = now()`.execute(db);
}
