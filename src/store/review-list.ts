import { type Kysely, type RawBuilder, sql } from "kysely";
import type { z } from "zod";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import { ReviewParameters, type ReviewQuery, type ReviewView } from "../contracts/review.ts";
import { parseAs } from "../errors.ts";
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
  readonly reroll_cost: string | null;
  readonly original_size: ReviewView["originalSize"];
  readonly shown_size: ReviewView["shownSize"];
  readonly total: string;
}

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
      (select sum(made.cost) from tasks made
        where made.run_uuid = t.run_uuid and made.step = t.input->>'step') as reroll_cost,
      ${sizeOf(sql`(t.input->>'original')::uuid`)} as original_size,
      ${sizeOf(sql`(t.input->'show'->>0)::uuid`)} as shown_size
    from page join tasks t on t.uuid = page.uuid join runs r on r.uuid = t.run_uuid
      join batches b on b.uuid = t.batch_uuid
    order by page.place`.execute(db);
  return { reviews: rows.map(reviewView), total: Number(rows[0]?.total ?? 0) };
}

/** Null also where it was never looked at. */
const sizeOf = (artifact: RawBuilder<unknown>) => sql`(
  select jsonb_build_object('width', blob.width, 'height', blob.height) from artifacts a join blobs blob on blob.digest = a.digest
  where a.uuid = ${artifact} and blob.width is not null and blob.height is not null)`;

function reviewView(row: ReviewRow): ReviewView {
  return {
    ...parseAs(ReviewParameters, row.input, `input of review ${row.uuid}`),
    taskUUID: row.uuid,
    runUUID: row.run_uuid,
    batchUUID: row.batch_uuid,
    workflow: row.workflow,
    file: row.file,
    review: row.step,
    round: row.round,
    since: (row.queued_at ?? row.created_at).toISOString(),
    until: row.decide_by?.toISOString() ?? null,
    rerollCost: row.reroll_cost === null ? null : Math.max(0, Number(row.reroll_cost)),
    originalSize: row.original_size,
    shownSize: row.shown_size,
  };
}
