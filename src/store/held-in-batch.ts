import { type Kysely, sql } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID } from "../contracts/ids.ts";
import type { Schema } from "./schema.ts";

/** Tasks of one batch that a budget holds at the same provider with the same model. */
export interface HeldGroup {
  readonly provider: string;
  readonly model: string;
  readonly ownerUUID: OwnerUUID;
  /** Of one of them. */
  readonly runUUID: RunUUID;
}

export async function findHeldInBatch(db: Kysely<Schema>, batchUUID: BatchUUID): Promise<HeldGroup[]> {
  const { rows } = await sql<HeldGroup>`
    select distinct on (provider, model) provider, model, owner_uuid as "ownerUUID", run_uuid as "runUUID"
    from tasks where status = 'held' and batch_uuid = ${batchUUID} and provider is not null and model is not null
    order by provider, model`.execute(db);
  return rows;
}

/** Whether somebody works on a task of the batch, or will as soon as there is a place, or decides about one. */
export async function goesOn(db: Kysely<Schema>, batchUUID: BatchUUID): Promise<boolean> {
  const { rows } = await sql<{ goes: boolean }>`
    select exists (select from tasks where batch_uuid = ${batchUUID} and status in ('queued', 'running', 'review', 'uncertain')) as goes`.execute(
    db,
  );
  return rows[0]?.goes ?? false;
}
