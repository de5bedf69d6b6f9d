import { sql, type Transaction } from "kysely";
import type { RunUUID, TaskUUID } from "../contracts/ids.ts";
import { WARNED_OF_BILLS } from "./perhaps-billed.ts";
import type { Schema } from "./schema.ts";
import { advanceRuns, type DecideFor } from "./settle-tasks.ts";

/** Ends a task that is not done, and decides what follows for its run. False where it is done by now. */
export async function cancelTask(
  db: Transaction<Schema>,
  runUUID: RunUUID,
  taskUUID: TaskUUID,
  decideFor: DecideFor,
): Promise<boolean> {
  await sql`select from runs where uuid = ${runUUID} for update`.execute(db);
  const { rows } = await sql`
    with stopped as (
      update tasks t set status = 'cancelled', ended_at = now(), lease_worker = null, lease_uuid = null, lease_expires_at = null,
        delivered_at = null, warnings = ${WARNED_OF_BILLS}
      where t.uuid = ${taskUUID} and t.status in ('waiting', 'queued', 'running', 'held', 'uncertain', 'review')
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
    )
    select uuid from stopped`.execute(db);
  if (rows.length === 0) return false;
  await advanceRuns(db, [runUUID], decideFor);
  return true;
}
