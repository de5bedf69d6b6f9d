import { type Kysely, type RawBuilder, type Selectable, sql } from "kysely";
import type { BatchStanding, BatchSummary, BatchView, ListedBatch } from "../contracts/api.ts";
import type { BatchUUID, OwnerUUID } from "../contracts/ids.ts";
import { RunStatus } from "../contracts/run.ts";
import { readBatchBudget } from "./batch-budget.ts";
import { countWaitingItems } from "./batch-feeds.ts";
import { asListed } from "./listed-batches.ts";
import { countParkedRuns, type ParkedCounts } from "./parked-runs.ts";
import type { Schema } from "./schema.ts";

export interface BatchFilter {
  readonly status?: BatchStanding;
  readonly workflow?: string;
  /** Also the batches that hold one run each. */
  readonly single: boolean;
  /** Batches older than this one, for paging. */
  readonly before?: BatchUUID;
  readonly limit: number;
}

const SUMMED = [
  "uuid",
  "workflow_name",
  "workflow_digest",
  "status",
  "priority",
  "complete",
  "created_at",
  "ended_at",
] as const;
type SummedRow = Pick<Selectable<Schema["batches"]>, (typeof SUMMED)[number]>;

/** Newest first. What can be gone on with under a key, of a folder or a list, is told from what holds a single run. */
export async function listBatches(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  filter: BatchFilter,
): Promise<ListedBatch[]> {
  const { status, workflow, single, before, limit } = filter;
  let query = db
    .selectFrom("batches")
    .select(SUMMED)
    .where("owner_uuid", "=", owner)
    .orderBy("created_at", "desc")
    .orderBy("uuid", "desc")
    .limit(limit);
  if (status !== undefined) query = query.where(standsAs(owner, status));
  if (workflow !== undefined) query = query.where("workflow_name", "=", workflow);
  if (!single) query = query.where("resume_key", "is not", null);
  if (before !== undefined) {
    query = query.where(
      sql<boolean>`(created_at, uuid) < (select created_at, uuid from batches
        where uuid = ${before} and owner_uuid = ${owner})`,
    );
  }
  const rows = await query.execute();
  const uuids = rows.map(({ uuid }) => uuid);
  const counts = await countRunsOf(db, uuids);
  const waiting = { toCome: await countToCome(db, uuids), parked: await countParkedRuns(db, uuids) };
  return asListed(
    db,
    rows.map((row) => summaryOf(row, counts, waiting)),
  );
}

/** Few tasks wait for anybody, and they have indexes of their own. */
function standsAs(owner: OwnerUUID, status: BatchStanding): RawBuilder<boolean> {
  if (status !== "held" && status !== "uncertain" && status !== "review") return sql`status = ${status}`;
  /* Written out, so that the partial index of tasks that stand so is known to fit in every plan. */
  return sql`uuid in (
    select t.batch_uuid from tasks t where t.owner_uuid = ${owner} and t.status = ${sql.lit(status)})`;
}

/** A batch with how its runs stand, how fast they end and why some failed; null where this owner has none of this UUID. */
export async function readBatch(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  batchUUID: BatchUUID,
): Promise<BatchView | null> {
  const row = await db
    .selectFrom("batches")
    .select([...SUMMED, "max_failures", "stopped"])
    .where("uuid", "=", batchUUID)
    .where("owner_uuid", "=", owner)
    .executeTakeFirst();
  if (row === undefined) return null;
  const counts = await countRunsOf(db, [batchUUID]);
  const summary = summaryOf(row, counts, {
    toCome: await countToCome(db, [batchUUID]),
    parked: await countParkedRuns(db, [batchUUID]),
  });
  const feed = await readFeed(db, batchUUID);
  const { perMinute, runs, toCome } = summary;
  const left = runs.queued + runs.running + runs.review + toCome;
  const isKnown = perMinute !== null && perMinute > 0 && (row.complete || feed?.walked === true);
  return {
    ...summary,
    reused: counts.reduce((sum, { reused }) => sum + Number(reused), 0),
    maxFailures: row.max_failures,
    stopped: row.stopped,
    secondsLeft: isKnown ? Math.round((left / perMinute) * 60) : null,
    failures: await readFailures(db, batchUUID),
    budget: await readBatchBudget(db, batchUUID),
    feed: feed?.view ?? null,
  };
}

interface Count {
  readonly batch_uuid: BatchUUID;
  readonly status: RunStatus;
  readonly count: string;
  readonly lately: string;
  readonly reused: string;
  readonly cost: string | null;
}

async function countRunsOf(db: Kysely<Schema>, batches: readonly BatchUUID[]): Promise<readonly Count[]> {
  const { rows } = await sql<Count>`
    select batch_uuid, status, count(*) as count, sum(cost) as cost, count(reuses) as reused,
      count(*) filter (where ended_at > now() - interval '1 minute') as lately
    from runs where batch_uuid = any(${batches}::uuid[]) group by batch_uuid, status`.execute(db);
  return rows;
}

/** Pictures that are known and have no run yet: one that is fetched again has its run already. */
async function countToCome(
  db: Kysely<Schema>,
  batches: readonly BatchUUID[],
): Promise<ReadonlyMap<BatchUUID, number>> {
  const { rows } = await sql<{ batch_uuid: BatchUUID; count: string }>`
    select batch_uuid, count(*) as count from batch_items i
    where batch_uuid = any(${batches}::uuid[]) and not submitted
      and not exists (select from runs r where r.uuid = i.run_uuid) group by batch_uuid`.execute(db);
  return new Map(rows.map(({ batch_uuid, count }) => [batch_uuid, Number(count)]));
}

function summaryOf(
  row: SummedRow,
  counts: readonly Count[],
  waiting: {
    readonly toCome: ReadonlyMap<BatchUUID, number>;
    readonly parked: ReadonlyMap<BatchUUID, ParkedCounts>;
  },
): BatchSummary {
  const ofBatch = counts.filter(({ batch_uuid }) => batch_uuid === row.uuid);
  const own = new Map(ofBatch.map(({ status, count }) => [status, Number(count)]));
  const costs = ofBatch.flatMap(({ cost }) => (cost === null ? [] : [Number(cost)]));
  const runs = Object.fromEntries(RunStatus.options.map((status) => [status, own.get(status) ?? 0]));
  return {
    batchUUID: row.uuid,
    workflow: row.workflow_name,
    workflowDigest: row.workflow_digest,
    status: row.status,
    priority: row.priority,
    runs: runs as BatchSummary["runs"],
    parked: waiting.parked.get(row.uuid) ?? { held: 0, uncertain: 0 },
    toCome: waiting.toCome.get(row.uuid) ?? 0,
    complete: row.complete,
    cost: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0),
    perMinute: row.status === "running" ? rateOf(row, ofBatch) : null,
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

/** Of a batch that is younger than a minute, by its age. */
function rateOf({ created_at }: Pick<SummedRow, "created_at">, counts: readonly Count[]): number {
  const lately = counts.reduce((sum, count) => sum + Number(count.lately), 0);
  const minutes = Math.min(1, Math.max(1, (Date.now() - created_at.getTime()) / 1000) / 60);
  return Math.round((lately / minutes) * 10) / 10;
}

/** A run that failed says why; one that went on without what failed has tasks that do. */
async function readFailures(db: Kysely<Schema>, batchUUID: BatchUUID): Promise<BatchView["failures"]> {
  const { rows } = await sql<{ code: string; runs: string; partial: string; example: string }>`
    with reasons as (
      select uuid, error ->> 'code' as code, error ->> 'message' as message, false as goes_on
      from runs where batch_uuid = ${batchUUID} and status = 'failed' and error is not null
      union all
      select r.uuid, t.error ->> 'code', min(t.error ->> 'message'), true
      from runs r join tasks t on t.run_uuid = r.uuid and t.batch_uuid = r.batch_uuid
      where r.batch_uuid = ${batchUUID} and r.status = 'partial' and t.status = 'failed' and t.error is not null
      group by 1, 2
    )
    select code, count(*) as runs, count(*) filter (where goes_on) as partial, min(message) as example
    from reasons group by 1 order by 2 desc, 1`.execute(db);
  return rows.map(({ code, runs, partial, example }) => ({
    code,
    runs: Number(runs),
    partial: Number(partial),
    example,
  }));
}

async function readFeed(
  db: Kysely<Schema>,
  batchUUID: BatchUUID,
): Promise<{ readonly view: BatchView["feed"]; readonly walked: boolean } | null> {
  const feed = await db
    .selectFrom("batch_feeds")
    .select(["folder", "ignored", "walked", "ended_at", "error"])
    .where("batch_uuid", "=", batchUUID)
    .executeTakeFirst();
  if (feed === undefined) return null;
  const { folder, ignored, walked, ended_at, error } = feed;
  const waiting = await countWaitingItems(db, batchUUID);
  return { view: { folder, waiting, ignored, ended: ended_at !== null, error }, walked };
}
