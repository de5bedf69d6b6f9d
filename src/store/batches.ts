import { type Kysely, sql, type Transaction } from "kysely";
import type { BatchUUID, Digest, OwnerUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { Workflow } from "../contracts/workflow.ts";
import type { ResolvedWorkflow } from "../engine/resolve.ts";
import { MaskloomError } from "../errors.ts";
import { retryOnDeadlock } from "./deadlock.ts";
import { appendEvents } from "./events.ts";
import { toJson } from "./json.ts";
import { prepareAs } from "./prepared.ts";
import type { Schema } from "./schema.ts";
import type { BatchStatus } from "./schema-batches.ts";

export interface NewBatch {
  readonly batchUUID: BatchUUID;
  readonly owner: OwnerUUID;
  readonly workflow: Workflow;
  readonly workflowDigest: Digest;
  readonly resolved: ResolvedWorkflow;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly resumeKey: string | null;
  /** 0 is served first. */
  readonly priority: number;
  /** USD that its calls to providers may cost together. */
  readonly maxCost?: number | undefined;
  /** It pauses itself where so many pictures have failed. */
  readonly maxFailures?: number | undefined;
}

/** What stays the same for all runs of a batch, and is therefore read once. */
export interface BatchContext {
  readonly owner: OwnerUUID;
  readonly workflow: Workflow;
  readonly workflowDigest: Digest;
  readonly resolved: ResolvedWorkflow;
}

export async function createBatch(db: Kysely<Schema>, batch: NewBatch): Promise<void> {
  await db.transaction().execute((transaction) => insertBatch(transaction, batch));
}

/** The same within the caller's transaction. */
export async function insertBatch(db: Transaction<Schema>, batch: NewBatch): Promise<void> {
  await db
    .insertInto("workflows")
    .values({ digest: batch.workflowDigest, name: batch.workflow.name, document: toJson(batch.workflow) })
    .onConflict((conflict) => conflict.column("digest").doNothing())
    .execute();
  await db
    .insertInto("batches")
    .values({
      uuid: batch.batchUUID,
      owner_uuid: batch.owner,
      workflow_digest: batch.workflowDigest,
      workflow_name: batch.workflow.name,
      resume_key: batch.resumeKey,
      inputs: toJson(batch.inputs),
      resolved: toJson(batch.resolved),
      priority: batch.priority,
      max_cost: batch.maxCost ?? null,
      max_failures: batch.maxFailures ?? null,
    })
    .execute();
  const created = { owner: batch.owner, batch: batch.batchUUID, data: { workflow: batch.workflow.name } };
  await appendEvents(db, [{ type: "batch.created", ...created }]);
}

export async function readBatchContext(db: Kysely<Schema>, batchUUID: BatchUUID): Promise<BatchContext> {
  const row = await db
    .selectFrom("batches")
    .innerJoin("workflows", "workflows.digest", "batches.workflow_digest")
    .modifyFront(prepareAs("batch-context"))
    .select(["batches.owner_uuid", "batches.workflow_digest", "batches.resolved", "workflows.document"])
    .where("batches.uuid", "=", batchUUID)
    .executeTakeFirst();
  if (row === undefined) throw new MaskloomError("NOT_FOUND", `batch ${batchUUID}: expected an existing one`);
  return {
    owner: row.owner_uuid,
    workflow: row.document as Workflow,
    workflowDigest: row.workflow_digest,
    resolved: row.resolved as ResolvedWorkflow,
  };
}

/** The newest batch of the same job that has not ended: the same command given again goes on with it. */
export async function findResumableBatch(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  resumeKey: string,
): Promise<BatchUUID | null> {
  const row = await db
    .selectFrom("batches")
    .select("uuid")
    .where("resume_key", "=", resumeKey)
    .where("owner_uuid", "=", owner)
    .where("status", "in", ["running", "paused"])
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.uuid ?? null;
}

/** No run will be added any more, so the batch can end. */
export async function completeBatch(db: Kysely<Schema>, batchUUID: BatchUUID): Promise<void> {
  await db.updateTable("batches").set({ complete: true }).where("uuid", "=", batchUUID).execute();
}

/** A pause also takes back what the queue holds: a delivery whose task is not handed over finds nothing to do. */
export async function setBatchStatus(
  db: Kysely<Schema>,
  batchUUID: BatchUUID,
  status: Extract<BatchStatus, "running" | "paused">,
): Promise<boolean> {
  const type = status === "paused" ? "batch.paused" : "batch.resumed";
  const { rows } = await sql`
    with changed as (
      update batches set status = ${status}, stopped = null,
        failures_since = case when stopped is null then failures_since else now() end
      where uuid = ${batchUUID} and status in ('running', 'paused')
        and status <> ${status} returning uuid, owner_uuid
    ),
    taken_back as (
      update tasks t set delivered_at = null from changed c
      where t.batch_uuid = c.uuid and t.status = 'queued' and t.delivered_at is not null and ${status} = 'paused'
    )
    insert into events (type, owner_uuid, batch_uuid) select ${type}, owner_uuid, uuid from changed
    returning batch_uuid`.execute(db);
  return rows.length > 0;
}

/** As `setBatchStatus`, on its own: what it takes back lies in rows that workers commit meanwhile. */
export function pauseBatch(db: Kysely<Schema>, batchUUID: BatchUUID): Promise<boolean> {
  return retryOnDeadlock(() => setBatchStatus(db, batchUUID, "paused"));
}

/** How many of a batch's pictures may fail; null = all. */
export async function mayFail(db: Kysely<Schema>, batchUUID: BatchUUID): Promise<number | null> {
  const row = await db
    .selectFrom("batches")
    .select("max_failures")
    .where("uuid", "=", batchUUID)
    .executeTakeFirst();
  return row?.max_failures ?? null;
}

/**
 * Pauses a batch in which as many pictures failed as it may have failing, since it was resumed from that.
 * @returns whether it did
 */
export async function pauseFailing(db: Kysely<Schema>, batchUUID: BatchUUID): Promise<boolean> {
  const { rows } = await sql`
    select from batches b where b.uuid = ${batchUUID} and b.status = 'running' and b.max_failures <= (
      select count(*) from runs r where r.batch_uuid = b.uuid and r.status = 'failed'
        and r.ended_at > coalesce(b.failures_since, '-infinity'))`.execute(db);
  if (rows.length === 0) return false;
  /* It takes back what the queue holds, row by row, while workers commit: as steering does (actions/steer.ts). */
  return retryOnDeadlock(() =>
    db.transaction().execute(async (transaction) => {
      if (!(await setBatchStatus(transaction, batchUUID, "paused"))) return false;
      await transaction
        .updateTable("batches")
        .set({ stopped: "max-failures" })
        .where("uuid", "=", batchUUID)
        .execute();
      return true;
    }),
  );
}

export async function readBatchStatus(db: Kysely<Schema>, batchUUID: BatchUUID): Promise<BatchStatus | null> {
  const row = await db
    .selectFrom("batches")
    .select("status")
    .where("uuid", "=", batchUUID)
    .executeTakeFirst();
  return row?.status ?? null;
}

/** What the queue holds in the old order is taken back, and handed over again in the new one. Tasks that wait for others learn of it once they are ready. */
export async function setBatchPriority(
  db: Kysely<Schema>,
  batchUUID: BatchUUID,
  priority: number,
): Promise<void> {
  await sql`
    with changed as (
      update batches set priority = ${priority} where uuid = ${batchUUID} and priority <> ${priority} returning uuid
    )
    update tasks t set delivered_at = null, at_once = ${priority === 0} from changed c, runs r
    where r.batch_uuid = c.uuid and r.status in ('queued', 'running', 'review') and t.run_uuid = r.uuid
      and t.status = 'queued' and (t.delivered_at is not null or t.at_once <> ${priority === 0})`.execute(db);
}

/** The values of the workflow's inputs that all runs of the batch share. */
export async function readBatchInputs(db: Kysely<Schema>, batchUUID: BatchUUID): Promise<JsonObject> {
  const { inputs } = await db
    .selectFrom("batches")
    .select("inputs")
    .where("uuid", "=", batchUUID)
    .executeTakeFirstOrThrow();
  return inputs;
}
