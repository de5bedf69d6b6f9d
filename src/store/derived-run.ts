import { sql, type Transaction } from "kysely";
import type { OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { RunState } from "../engine/run-state.ts";
import { toJson } from "./json.ts";
import { loadRunStates } from "./run-states.ts";
import { createRuns, type NewRun, type StartedRun, startRuns } from "./runs.ts";
import type { Schema } from "./schema.ts";

/** A run of this owner's that has ended, or what it is instead. */
export async function loadRun(
  db: Transaction<Schema>,
  owner: OwnerUUID,
  runUUID: RunUUID,
): Promise<{ readonly state: RunState; readonly ended: boolean } | null> {
  const own = await db
    .selectFrom("runs")
    .select("uuid")
    .where("uuid", "=", runUUID)
    .where("owner_uuid", "=", owner)
    .executeTakeFirst();
  if (own === undefined) return null;
  const [loaded] = await loadRunStates(db, [runUUID]);
  return loaded ?? null;
}

export interface DerivedRun {
  readonly run: NewRun;
  readonly started: StartedRun;
  readonly derivedFrom: RunUUID;
  /** Inputs of the tasks whose results were taken over, for whoever looks at them. */
  readonly inputs: readonly { readonly taskUUID: TaskUUID; readonly input: unknown }[];
  /** Tasks for which the cache is not read. */
  readonly fresh: readonly TaskUUID[];
}

/** Writes a run that begins with results of another one, within the transaction that writes its batch. */
export async function writeDerivedRun(
  db: Transaction<Schema>,
  { run, started, derivedFrom, inputs, fresh }: DerivedRun,
): Promise<void> {
  await createRuns(db, [run]);
  await startRuns(db, [started]);
  const rows = inputs.map(({ taskUUID, input }) => ({ uuid: taskUUID, input }));
  await sql`
    with derived as (
      update runs set derived_from = ${derivedFrom} where uuid = ${run.runUUID}
    ),
    told as (
      update tasks t set input = nullif(c.input, 'null'::jsonb)
      from jsonb_to_recordset(${toJson(rows)}::jsonb) as c(uuid uuid, input jsonb) where t.uuid = c.uuid
    ),
    asked_anew as (
      update tasks set fresh = true where uuid = any(${fresh}::uuid[])
    )
    update batches set complete = true where uuid = ${run.batchUUID}`.execute(db);
}
