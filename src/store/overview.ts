import { type Kysely, sql } from "kysely";
import type { OwnerUUID } from "../contracts/ids.ts";
import type { Overview } from "../contracts/overview.ts";
import { listBatches } from "./batch-view.ts";
import { COUNTED } from "./ledger.ts";
import { countParked } from "./parked.ts";
import { isListedAs } from "./parked-runs.ts";
import type { Schema } from "./schema.ts";

const BATCHES_SHOWN = 5;

/** @param today since when costs are counted; null = midnight UTC */
export async function readOverview(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  today: string | null,
): Promise<Overview> {
  const [open, waiting, hours, cost, batches] = await Promise.all([
    countOpen(db, owner),
    countWaiting(db, owner),
    countByHour(db, owner),
    sumCosts(db, owner, today),
    listBatches(db, owner, { single: false, limit: BATCHES_SHOWN }),
  ]);
  const lastDay = hours.reduce((sum, hour) => sum + hour.finished, 0);
  const failed = hours.reduce((sum, hour) => sum + hour.failed, 0);
  return {
    runs: {
      ...open,
      failedLastDay: failed,
      finishedLastDay: lastDay,
      finishedLastHour: hours.at(-1)?.finished ?? 0,
    },
    waiting,
    hours,
    costToday: cost,
    batches,
  };
}

async function countOpen(db: Kysely<Schema>, owner: OwnerUUID) {
  const { rows } = await sql<{ status: "queued" | "running" | "review"; count: string; parked: string }>`
    select status, count(*) as count,
      case when status = 'running' then (select count(*) from runs r
        where r.owner_uuid = ${owner} and ${isListedAs(["held", "uncertain"])}) else 0 end as parked
    from runs where owner_uuid = ${owner} and status in ('queued', 'running', 'review') group by status`.execute(
    db,
  );
  const count = (status: string) => Number(rows.find((row) => row.status === status)?.count ?? 0);
  const parked = Number(rows.find(({ status }) => status === "running")?.parked ?? 0);
  return { queued: count("queued"), running: count("running") - parked, parked, review: count("review") };
}

async function countWaiting(db: Kysely<Schema>, owner: OwnerUUID): Promise<Overview["waiting"]> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from tasks where owner_uuid = ${owner} and status = 'review'`.execute(db);
  return { review: Number(rows[0]?.count ?? 0), ...(await countParked(db, owner)) };
}

async function countByHour(db: Kysely<Schema>, owner: OwnerUUID): Promise<Overview["hours"]> {
  const { rows } = await sql<{ begin: Date; finished: string; failed: string }>`
    with ended as materialized (
      select ceil(extract(epoch from now() - ended_at) / 3600)::int as ago, count(*) as finished,
        count(*) filter (where status in ('failed', 'partial')) as failed
      from runs where owner_uuid = ${owner} and ended_at is not null and ended_at > now() - interval '24 hours'
      group by 1
    )
    select now() - hour * interval '1 hour' as begin, coalesce(sum(finished), 0) as finished, coalesce(sum(failed), 0) as failed
    from generate_series(1, 24) hour left join ended on greatest(ago, 1) = hour
    group by hour order by hour desc`.execute(db);
  return rows.map(({ begin, finished, failed }) => ({
    from: begin.toISOString(),
    finished: Number(finished),
    failed: Number(failed),
  }));
}

async function sumCosts(db: Kysely<Schema>, owner: OwnerUUID, today: string | null): Promise<number> {
  const { rows } = await sql<{ cost: string }>`
    select coalesce(sum(${COUNTED}), 0) as cost from calls c where c.owner_uuid = ${owner} and c.created_at >=
      ${today === null ? sql`date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'` : sql`${today}::timestamptz`}`.execute(
    db,
  );
  return Number(rows[0]?.cost ?? 0);
}
