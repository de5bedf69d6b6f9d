import { type Kysely, sql } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID } from "../contracts/ids.ts";
import { retryOnDeadlock } from "./deadlock.ts";
import { appendEvents } from "./events.ts";
import { WARNED_OF_BILLS } from "./perhaps-billed.ts";
import type { Schema } from "./schema.ts";

/**
 * Cancels the unfinished ones of an owner's runs, or of a batch with all its runs. Their tasks end at once; a worker in the
 * middle of one learns of it and stops, and what it still commits is refused by its fencing token.
 */
export async function cancelRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  which: { readonly runs: readonly RunUUID[] } | { readonly batch: BatchUUID },
): Promise<RunUUID[]> {
  const condition =
    "runs" in which ? sql`r.uuid = any(${which.runs}::uuid[])` : sql`r.batch_uuid = ${which.batch}`;
  const cancel = () =>
    db.transaction().execute(async (transaction) => {
      const batches = "batch" in which ? await cancelBatch(transaction, owner, which.batch) : [];
      /* Locked in a statement of its own: the next one then sees the tasks of a run that was being begun meanwhile. */
      const { rows } = await sql<{ uuid: RunUUID }>`
        select r.uuid from runs r where ${condition} and r.owner_uuid = ${owner}
          and r.status in ('queued', 'running', 'review') order by r.uuid for update`.execute(transaction);
      const runs = rows.map((row) => row.uuid);
      if (runs.length > 0) await endRuns(transaction, runs);
      await appendEvents(
        transaction,
        batches.map((batch) => ({ type: "batch.ended", owner, batch, data: { status: "cancelled" } })),
      );
      return runs;
    });
  return retryOnDeadlock(cancel);
}

async function cancelBatch(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  batch: BatchUUID,
): Promise<readonly BatchUUID[]> {
  const rows = await db
    .updateTable("batches")
    .set({ status: "cancelled", ended_at: sql<Date>`now()` })
    .where("uuid", "=", batch)
    .where("owner_uuid", "=", owner)
    .where("status", "in", ["running", "paused"])
    .returning("uuid")
    .execute();
  return rows.map((row) => row.uuid);
}

async function endRuns(db: Kysely<Schema>, runs: readonly RunUUID[]): Promise<void> {
  await sql`
    with ended as (
      update runs r set status = 'cancelled', ended_at = now() where r.uuid = any(${runs}::uuid[])
      returning r.uuid, r.batch_uuid, r.owner_uuid, r.file
    ),
    stopped as (
      update tasks t set status = 'cancelled', ended_at = now(), lease_worker = null, lease_uuid = null, lease_expires_at = null,
        delivered_at = null, warnings = ${WARNED_OF_BILLS}
      where t.run_uuid = any(${runs}::uuid[])
        and t.status in ('waiting', 'queued', 'running', 'held', 'uncertain', 'review')
      returning t.uuid, t.run_uuid, t.batch_uuid, t.owner_uuid, t.step, t.attempt
    ),
    closed as (
      update attempts a set ended_at = now(), outcome = 'cancelled' from stopped s
      where a.task_uuid = s.uuid and a.number = s.attempt and a.ended_at is null
    ),
    noted as (
      insert into events (type, owner_uuid, batch_uuid, run_uuid, task_uuid, data)
      select 'task.ended', owner_uuid, batch_uuid, run_uuid, uuid,
        jsonb_build_object('step', step, 'status', 'cancelled') from stopped
      union all
      select 'run.ended', owner_uuid, batch_uuid, uuid, null,
        jsonb_build_object('status', 'cancelled', 'file', file) from ended
    )
    select 1`.execute(db);
}
