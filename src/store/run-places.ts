import { type Kysely, sql } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { RunStatus, TaskStatus } from "../contracts/run.ts";
import type { ErrorRecord } from "../errors.ts";
import type { Schema } from "./schema.ts";

/* Where runs and tasks belong, for whoever wants to do something to them. Null also where they are somebody else's. */

export interface RunPlace {
  readonly batchUUID: BatchUUID;
  readonly status: RunStatus;
}

export async function findRunPlace(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  runUUID: RunUUID,
): Promise<RunPlace | null> {
  const row = await db
    .selectFrom("runs")
    .select(["batch_uuid", "status"])
    .where("uuid", "=", runUUID)
    .where("owner_uuid", "=", owner)
    .executeTakeFirst();
  return row === undefined ? null : { batchUUID: row.batch_uuid, status: row.status };
}

export interface TaskPlace {
  readonly batchUUID: BatchUUID;
  readonly runUUID: RunUUID;
  readonly step: string;
  readonly element: number | null;
  readonly status: TaskStatus;
  readonly error: ErrorRecord | null;
}

export async function findTaskPlace(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  taskUUID: TaskUUID,
): Promise<TaskPlace | null> {
  const row = await db
    .selectFrom("tasks")
    .select(["batch_uuid", "run_uuid", "step", "element", "status", "error"])
    .where("uuid", "=", taskUUID)
    .where("owner_uuid", "=", owner)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { batch_uuid, run_uuid, step, element, status, error } = row;
  return { batchUUID: batch_uuid, runUUID: run_uuid, step, element, status, error };
}

/** By UUID, a page after the last one of the page before. */
export async function listFailedRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  batchUUID: BatchUUID,
  after: RunUUID | null,
  limit: number,
): Promise<RunUUID[]> {
  const rows = await db
    .selectFrom("runs")
    .select("uuid")
    .where("batch_uuid", "=", batchUUID)
    .where("owner_uuid", "=", owner)
    .where("status", "in", ["failed", "partial"])
    .where((eb) => (after === null ? eb.lit(true) : eb("uuid", ">", after)))
    .orderBy("uuid")
    .limit(limit)
    .execute();
  return rows.map((row) => row.uuid);
}

/** The owner's batch, locked until the end of the transaction; false where there is none. */
export async function lockBatch(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  batchUUID: BatchUUID,
): Promise<boolean> {
  const { rows } =
    await sql`select uuid from batches where uuid = ${batchUUID} and owner_uuid = ${owner} for update`.execute(
      db,
    );
  return rows.length > 0;
}
