import { type Kysely, sql } from "kysely";
import type { OwnerUUID } from "../contracts/ids.ts";
import { COUNTED } from "./ledger.ts";
import type { Schema } from "./schema.ts";

/** Who would execute it. */
interface Place {
  readonly provider: string | null;
  readonly model: string | null;
}

const RECENT_RUNS = 200;
const RECENT_CALLS = 500;
const FEWEST_CALLS = 3;

/**
 * What a step cost for a picture (USD, retries included), in the owner's last runs of the workflow in which this provider
 * executed it with this model, or in which there was nothing to do for it. What came from the cache is left out.
 */
export async function readStepCosts(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  { workflow, step }: { readonly workflow: string; readonly step: string },
  { provider, model }: Place,
): Promise<{ readonly count: number; readonly mean: number; readonly deviation: number }> {
  const { rows } = await sql<{ count: string; mean: number | null; deviation: number | null }>`
    with recent as (
      select r.uuid from runs r join batches b on b.uuid = r.batch_uuid
      where r.owner_uuid = ${owner} and b.workflow_name = ${workflow} and r.status in ('succeeded', 'partial', 'skipped')
        and r.reuses is null
      order by r.created_at desc limit ${RECENT_RUNS}
    ),
    done as (
      select t.run_uuid from recent join tasks t on t.run_uuid = recent.uuid where t.step = ${step} group by t.run_uuid
      having bool_or((t.provider = ${provider} and t.model = ${model}) or t.status = 'skipped')
        and not bool_or(t.status = 'cached')
    ),
    spent as (
      select coalesce(sum(${COUNTED}), 0)::float8 as cost from done
      join tasks t on t.run_uuid = done.run_uuid and t.step = ${step} left join calls c on c.task_uuid = t.uuid
      group by done.run_uuid
    )
    select count(*) as count, avg(cost) as mean, stddev_samp(cost) as deviation from spent`.execute(db);
  const [row] = rows;
  return { count: Number(row?.count ?? 0), mean: row?.mean ?? 0, deviation: row?.deviation ?? 0 };
}

/** What one call of the owner's cost (USD), lately: nine of ten no less and no more. Null where there were hardly any. */
export async function readCallCosts(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  { provider, model }: Place,
): Promise<{ readonly low: number; readonly high: number } | null> {
  const { rows } = await sql<{ count: string; low: number | null; high: number | null }>`
    with recent as (
      select real_cost::float8 as cost from calls
      where owner_uuid = ${owner} and provider = ${provider} and model = ${model}
        and state = 'answered' and real_cost is not null
      order by created_at desc limit ${RECENT_CALLS}
    )
    select count(*) as count, percentile_cont(0.05) within group (order by cost) as low,
      percentile_cont(0.95) within group (order by cost) as high
    from recent`.execute(db);
  const [row] = rows;
  if (row === undefined || row.low === null || row.high === null || Number(row.count) < FEWEST_CALLS)
    return null;
  return { low: row.low, high: row.high };
}
