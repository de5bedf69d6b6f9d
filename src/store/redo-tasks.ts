import { sql, type Transaction } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { RunState } from "../engine/run-state.ts";
import { appendEvents } from "./events.ts";
import { loadRunStates } from "./run-states.ts";
import type { Schema } from "./schema.ts";

/**
 * Sets batches going that had ended, before runs of theirs begin again: nothing is handed out of a batch that has. One
 * that is paused stays so. One that was cancelled while it was fed gets no further pictures.
 */
export async function reviveBatches(
  db: Transaction<Schema>,
  owner: OwnerUUID,
  batches: readonly BatchUUID[],
): Promise<void> {
  const { rows } = await sql<{ uuid: BatchUUID; revived: boolean }>`
    with held as materialized (
      select uuid, status from batches where uuid = any(${batches}::uuid[]) and owner_uuid = ${owner}
      order by uuid for update
    )
    update batches b set status = case when h.status = 'paused' then 'paused' else 'running' end, ended_at = null,
      complete = case when h.status <> 'cancelled' then b.complete else not exists (
        select from batch_feeds f where f.batch_uuid = b.uuid and f.ended_at is null) end
    from held h where h.uuid = b.uuid
    returning b.uuid, h.status in ('ended', 'cancelled') as revived`.execute(db);
  const revived = rows.filter((row) => row.revived);
  await appendEvents(
    db,
    revived.map(({ uuid }) => ({ type: "batch.resumed", owner, batch: uuid })),
  );
}

/** Those of the runs that have ended, locked, as the engine sees them. */
export async function loadEndedRuns(
  db: Transaction<Schema>,
  runs: readonly RunUUID[],
): Promise<readonly RunState[]> {
  const loaded = await loadRunStates(db, runs);
  return loaded.filter(({ ended }) => ended).map(({ state }) => state);
}

/** Begins ended runs again: these of their tasks wait as they did at first, with all their tries. Deciding about them is next. */
export async function redoTasks(
  db: Transaction<Schema>,
  runs: readonly RunUUID[],
  tasks: readonly TaskUUID[],
): Promise<void> {
  await sql`
    with waiting as (
      update tasks set status = 'waiting', output = null, error = null, warnings = '[]', failures = 0,
        losses = 0, ready_at = null, delivered_at = null, queued_at = null, started_at = null, ended_at = null
      where uuid = any(${tasks}::uuid[])
    )
    update runs set status = 'running', output = null, outputs = null, error = null, warnings = '[]', ended_at = null
    where uuid = any(${runs}::uuid[])`.execute(db);
  await followUpAgain(db, runs, tasks);
}

/**
 * What clients of the API wanted done with results is done with the new ones. Whichever process looks next takes it up,
 * unless one is still at the old ones: then it is when that has let go.
 */
async function followUpAgain(
  db: Transaction<Schema>,
  runs: readonly RunUUID[],
  tasks: readonly TaskUUID[],
): Promise<void> {
  await sql`
    with wanting as (
      update api_tasks set follow_up = true, held_until = coalesce(held_until, now())
      where run_uuid = any(${runs}::uuid[]) and (delivery ? 'uploadEndpoint' or delivery ? 'webhookURL')
      returning owner_uuid, task_uuid, run_uuid
    )
    delete from api_results x using wanting w
    where x.owner_uuid = w.owner_uuid and x.task_uuid = w.task_uuid and not exists (
      select from tasks t where t.run_uuid = w.run_uuid and t.step = x.step and t.uuid <> all(${tasks}::uuid[]))`.execute(
    db,
  );
}
