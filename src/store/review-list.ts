import { type Kysely, type RawBuilder, sql } from "kysely";
import type { z } from "zod";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import { ReviewParameters, type ReviewQuery, type ReviewView } from "../contracts/review.ts";
import { parseAs } from "../errors.ts";
import { COUNTED } from "./ledger.ts";
import type { Schema } from "./schema.ts";

type Sort = z.output<typeof ReviewQuery>["sort"];

export interface ReviewFilter extends Partial<Omit<z.output<typeof ReviewQuery>, "limit">> {
  readonly limit: number;
}

interface ReviewRow {
  readonly uuid: TaskUUID;
  readonly run_uuid: RunUUID;
  readonly batch_uuid: BatchUUID;
  readonly workflow: string;
  readonly file: string;
  readonly step: string;
  readonly round: number;
  readonly input: unknown;
  readonly queued_at: Date | null;
  readonly created_at: Date;
  readonly decide_by: Date | null;
  readonly paid: string | null;
  readonly places: readonly PaidPlace[];
  readonly original_size: ReviewView["originalSize"];
  readonly shown_size: ReviewView["shownSize"];
  readonly total: string;
}

/** Who would make the step again, somewhere else than here. */
interface PaidPlace {
  readonly provider: string;
  readonly model: string | null;
}

/** What one call costs by the configuration (USD); 0 where nothing is paid there, null where nobody wrote a price. */
export type PriceOfCall = (provider: string, model: string | null) => number | null;

const ORDERS: Readonly<Record<Sort, RawBuilder<unknown>>> = {
  concern: sql`(t.input->>'concern')::float8 desc nulls last, t.queued_at, t.uuid`,
  oldest: sql`t.queued_at, t.uuid`,
  deadline: sql`t.decide_by nulls last, t.queued_at, t.uuid`,
  file: sql`r.file, t.queued_at, t.uuid`,
};

/** What waits for a decision; unless it is asked for otherwise the worst by its numbers first, of equal ones the oldest. */
export async function listReviews(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  { batch, workflow, step, sort = "concern", offset = 0, limit }: ReviewFilter,
  priceOfCall: PriceOfCall = () => null,
): Promise<{ readonly reviews: ReviewView[]; readonly total: number }> {
  const which = sql`t.status = 'review' and t.owner_uuid = ${owner}
    and ${batch === undefined ? sql`true` : sql`t.batch_uuid = ${batch}`}
    and ${workflow === undefined ? sql`true` : sql`b.workflow_name = ${workflow}`}
    and ${step === undefined ? sql`true` : sql`t.step = ${step}`}`;
  /* Which of them first, and only then what is told of those: a thousand may wait. */
  const { rows } = await sql<ReviewRow>`
    with page as (
      select t.uuid, row_number() over (order by ${ORDERS[sort]}) as place, count(*) over () as total
      from tasks t join runs r on r.uuid = t.run_uuid join batches b on b.uuid = t.batch_uuid
      where ${which} order by place limit ${limit} offset ${offset}
    )
    select t.uuid, t.run_uuid, t.batch_uuid, b.workflow_name as workflow, r.file, t.step, t.input, t.queued_at,
      t.created_at, t.decide_by, page.total,
      (select count(*)::int + 1 from review_decisions d where d.task_uuid = t.uuid) as round,
      ${PLACES} as places, ${LAST_PAID} as paid,
      ${sizeOf(sql`(t.input->>'original')::uuid`)} as original_size,
      ${sizeOf(sql`(t.input->'show'->>0)::uuid`)} as shown_size
    from page join tasks t on t.uuid = page.uuid join runs r on r.uuid = t.run_uuid
      join batches b on b.uuid = t.batch_uuid
    order by page.place`.execute(db);
  return { reviews: rows.map((row) => reviewView(row, priceOfCall)), total: Number(rows[0]?.total ?? 0) };
}

const PLACES = sql`(
  select coalesce(jsonb_agg(distinct jsonb_build_object('provider', made.provider, 'model', made.model)), '[]')
  from tasks made where made.run_uuid = t.run_uuid and made.step = t.input->>'step' and made.provider <> 'local')`;

/**
 * What the step's last results were paid with in this run or, where it was taken over, in the nearest of those it was derived
 * from that paid for it: what an earlier round or a try that failed came to is not paid again.
 */
const LAST_PAID = sql`(
  with recursive line(uuid, derived_from, generation) as (
    select r.uuid, r.derived_from, 0
    union all select o.uuid, o.derived_from, line.generation + 1 from line join runs o on o.uuid = line.derived_from
  )
  select sum(${COUNTED}) from line join tasks made on made.run_uuid = line.uuid and made.step = t.input->>'step'
    join calls c on c.task_uuid = made.uuid and c.state = 'answered' and c.answer is not null and c.created_at >= made.started_at
  where exists (select from tasks own where own.run_uuid = t.run_uuid and own.step = made.step
    and own.provider = made.provider and own.provider <> 'local' and own.model is not distinct from made.model)
  group by line.generation having sum(${COUNTED}) > 0 order by line.generation limit 1)`;

/** Null also where it was never looked at. */
const sizeOf = (artifact: RawBuilder<unknown>) => sql`(
  select jsonb_build_object('width', blob.width, 'height', blob.height) from artifacts a join blobs blob on blob.digest = a.digest
  where a.uuid = ${artifact} and blob.width is not null and blob.height is not null)`;

function reviewView(row: ReviewRow, priceOfCall: PriceOfCall): ReviewView {
  const input = parseAs(ReviewParameters, row.input, `input of review ${row.uuid}`);
  return {
    ...input,
    taskUUID: row.uuid,
    runUUID: row.run_uuid,
    batchUUID: row.batch_uuid,
    workflow: row.workflow,
    file: row.file,
    review: row.step,
    round: row.round,
    since: (row.queued_at ?? row.created_at).toISOString(),
    until: row.decide_by?.toISOString() ?? null,
    rerollCost:
      row.paid === null ? configuredCost(row.places, input.regions.length, priceOfCall) : Number(row.paid),
    originalSize: row.original_size,
    shownSize: row.shown_size,
  };
}

/** A call for each region. Where several places took part, what the dearest of them asks for; null where one is not known. */
function configuredCost(
  places: readonly PaidPlace[],
  regions: number,
  priceOfCall: PriceOfCall,
): number | null {
  const prices = places.map(({ provider, model }) => priceOfCall(provider, model));
  const known = prices.filter((price) => price !== null);
  return known.length < prices.length ? null : Math.max(0, ...known) * Math.max(1, regions);
}
