import { type Kysely, sql } from "kysely";
import type { BatchPicture, BatchSettings } from "../contracts/batches.ts";
import type { ArtifactUUID, BatchUUID, OwnerUUID, RunUUID } from "../contracts/ids.ts";
import type { ParkedStatus, RunStatus } from "../contracts/run.ts";
import type { ListedStatus } from "../contracts/run-list.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { possibleModels, ResolvedWorkflow } from "../engine/resolved-workflow.ts";
import { type ErrorRecord, parseAs } from "../errors.ts";
import { IS_LIVING } from "./living-workers.ts";
import { isListedAs, PARKED } from "./parked-runs.ts";
import { firstPicture } from "./run-view.ts";
import type { Schema } from "./schema.ts";

/* What a batch's own page shows of it, beside its numbers. */

export interface PictureListing {
  readonly order: "order" | "worst";
  readonly status?: ListedStatus | undefined;
  /** Place of the first one, from 0. */
  readonly from: number;
  readonly limit: number;
}

interface PictureRow {
  uuid: RunUUID;
  file: string;
  status: RunStatus;
  parked: ParkedStatus | null;
  inputs: Readonly<Record<string, unknown>>;
  output: ArtifactUUID | null;
  seam: number | null;
  reuses: RunUUID | null;
  follows: RunUUID | null;
  error: ErrorRecord | null;
}

/* Neither changes the place of a picture while others come; what is measured moves in the second. */
const ORDERS = {
  order: sql`r.created_at, r.file, r.uuid`,
  worst: sql`r.seam desc nulls last, r.created_at, r.file, r.uuid`,
} as const;

/** A part of a batch's pictures, with little about each: a contact sheet holds many. */
export async function listBatchPictures(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  batchUUID: BatchUUID,
  { order, status, from, limit }: PictureListing,
): Promise<BatchPicture[]> {
  const ofStatus = status === undefined ? sql`` : sql`and ${isListedAs([status])}`;
  const { rows } = await sql<PictureRow>`
    select r.uuid, r.file, r.status, r.inputs, r.output, r.seam, r.reuses, r.follows, r.error, ${PARKED} as parked
    from runs r where r.batch_uuid = ${batchUUID} and r.owner_uuid = ${owner} ${ofStatus}
    order by ${ORDERS[order]} offset ${from} limit ${limit}`.execute(db);
  return rows.map(({ uuid, file, status: stands, parked, inputs, output, seam, reuses, follows, error }) => ({
    runUUID: uuid,
    file,
    status: stands,
    ...(parked === null ? {} : { parked }),
    input: firstPicture(inputs),
    output,
    seam,
    ...(reuses === null ? {} : { reused: true as const }),
    ...(follows === null || stands !== "queued" ? {} : { follows }),
    error,
  }));
}

/** Its runs that have ended, with the names of their pictures, in the order in which they came. */
export async function listEndedRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  batchUUID: BatchUUID,
): Promise<{ readonly uuid: RunUUID; readonly file: string }[]> {
  const { rows } = await sql<{ uuid: RunUUID; file: string }>`
    select r.uuid, r.file from runs r
    where r.batch_uuid = ${batchUUID} and r.owner_uuid = ${owner} and r.ended_at is not null
    order by ${ORDERS.order}`.execute(db);
  return rows;
}

/** What all its pictures share; null where this owner has none of this UUID. */
export async function readBatchSettings(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  batchUUID: BatchUUID,
): Promise<BatchSettings | null> {
  const row = await db
    .selectFrom("batches")
    .innerJoin("workflows as w", "w.digest", "batches.workflow_digest")
    .select(["workflow_name", "workflow_digest", "inputs", "resolved", "w.document"])
    .select(
      sql<boolean>`exists (select from batch_items i where i.batch_uuid = batches.uuid and i.inputs is not null)`.as(
        "has_table",
      ),
    )
    .where("batches.uuid", "=", batchUUID)
    .where("owner_uuid", "=", owner)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { steps } = parseAs(ResolvedWorkflow, row.resolved, `batch ${batchUUID}`, "INTERNAL");
  return {
    batch: batchUUID,
    workflow: row.workflow_name,
    workflowDigest: row.workflow_digest,
    inputs: row.inputs,
    hasTable: row.has_table,
    models: (row.document as Workflow).steps.flatMap(({ id: step }) => {
      const own = steps[step];
      if (own === undefined) return [];
      return possibleModels(own).map(({ provider, model, modelDigest }) => ({
        step,
        provider,
        model,
        modelDigest,
      }));
    }),
  };
}

export interface RecentRuns {
  readonly runs: number;
  /** Seconds of work for a picture, the median. */
  readonly seconds: number;
  /** Those of each queue. */
  readonly secondsOf: Readonly<Record<string, number>>;
  /** US dollars, the mean; null where nothing had a price. */
  readonly cost: number | null;
}

const RECENT = 200;

/** What a workflow's last runs took; null where none did any work. Results that were taken over are no work. */
export async function readRecentRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  workflow: string,
): Promise<RecentRuns | null> {
  const { rows } = await sql<{
    runs: string;
    seconds: number | null;
    cost: number | null;
    seconds_of: Record<string, number> | null;
  }>`
    with recent as (
      select r.uuid, r.cost from runs r join batches b on b.uuid = r.batch_uuid
      where r.owner_uuid = ${owner} and b.workflow_name = ${workflow} and r.status in ('succeeded', 'partial', 'skipped')
      order by r.created_at desc limit ${RECENT}
    ),
    parts as (
      select r.uuid, r.cost::float8 as cost, t.queue, sum(extract(epoch from t.ended_at - t.started_at))::float8 as seconds
      from recent r join tasks t on t.run_uuid = r.uuid
      where t.status = 'succeeded' and t.started_at is not null and t.ended_at is not null group by r.uuid, r.cost, t.queue
    ),
    worked as (select uuid, cost, sum(seconds) as seconds from parts group by uuid, cost),
    queues as (select queue, sum(seconds) / (select count(*) from worked) as seconds from parts group by queue)
    select count(*) as runs, percentile_cont(0.5) within group (order by seconds) as seconds, avg(cost) as cost,
      (select jsonb_object_agg(queue, seconds) from queues) as seconds_of
    from worked`.execute(db);
  const [row] = rows;
  if (row === undefined || row.seconds === null) return null;
  return { runs: Number(row.runs), seconds: row.seconds, secondsOf: row.seconds_of ?? {}, cost: row.cost };
}

/** Tasks of each queue that all workers which live do at a time. */
export async function readConcurrency(db: Kysely<Schema>): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ queue: string; most: string }>`
    select key as queue, sum(value::int) as most from workers, jsonb_each_text(concurrency)
    where ${IS_LIVING} group by key`.execute(db);
  return new Map(rows.map(({ queue, most }) => [queue, Number(most)]));
}
