import { type Kysely, sql } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import { ReviewParameters, type ReviewView } from "../contracts/review.ts";
import { parseAs } from "../errors.ts";
import type { Schema } from "./schema.ts";

export interface ReviewFilter {
  readonly batch?: BatchUUID | undefined;
  /** A workflow's name. */
  readonly workflow?: string | undefined;
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
  readonly total: string;
}

/** What waits for a decision: the worst by its numbers first, of equal ones the oldest. */
export async function listReviews(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  { batch, workflow, limit }: ReviewFilter,
): Promise<{ readonly reviews: ReviewView[]; readonly total: number }> {
  const ofBatch = batch === undefined ? sql`true` : sql`t.batch_uuid = ${batch}`;
  const ofWorkflow = workflow === undefined ? sql`true` : sql`b.workflow_name = ${workflow}`;
  const { rows } = await sql<ReviewRow>`
    select t.uuid, t.run_uuid, t.batch_uuid, b.workflow_name as workflow, r.file, t.step, t.input, t.queued_at,
      t.created_at, t.decide_by, count(*) over () as total,
      (select count(*)::int + 1 from review_decisions d where d.task_uuid = t.uuid) as round
    from tasks t join runs r on r.uuid = t.run_uuid join batches b on b.uuid = t.batch_uuid
    where t.status = 'review' and t.owner_uuid = ${owner} and ${ofBatch} and ${ofWorkflow}
    order by (t.input->>'concern')::float8 desc nulls last, t.queued_at, t.uuid limit ${limit}`.execute(db);
  return { reviews: rows.map(reviewView), total: Number(rows[0]?.total ?? 0) };
}

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
  };
}
