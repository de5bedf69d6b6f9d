import { type Kysely, sql, type Transaction } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { RedoneTask } from "../engine/decide-review.ts";
import { toJson } from "./json.ts";
import type { Schema } from "./schema.ts";
import type { ReviewTables } from "./schema-reviews.ts";

/** A task that waits for a person, as far as deciding goes. */
export interface ReviewState {
  /** How often it has been shown, this time included. */
  readonly round: number;
  /** By the clock of the database. */
  readonly isOverdue: boolean;
}

/** Of a task in review, within the transaction that holds its run's row. */
export async function readReviewState(db: Kysely<Schema>, taskUUID: TaskUUID): Promise<ReviewState> {
  const { rows } = await sql<{ round: number; overdue: boolean }>`
    select coalesce(max(d.round), 0) + 1 as round,
      coalesce(bool_or(t.decide_by <= statement_timestamp()), false) as overdue
    from tasks t left join review_decisions d on d.task_uuid = t.uuid where t.uuid = ${taskUUID}`.execute(db);
  return { round: rows[0]?.round ?? 1, isOverdue: rows[0]?.overdue ?? false };
}

export interface TakenDecision {
  readonly taskUUID: TaskUUID;
  readonly round: number;
  readonly decision: ReviewTables["review_decisions"]["decision"];
  readonly detail: JsonObject;
  /** Through what, and with which key. */
  readonly actor: string;
  readonly key: ReviewTables["review_decisions"]["key"];
}

/** @param round null = the last one */
export async function findDecision(
  db: Kysely<Schema>,
  taskUUID: TaskUUID,
  round: number | null,
): Promise<TakenDecision | null> {
  let query = db
    .selectFrom("review_decisions")
    .select(["task_uuid as taskUUID", "round", "decision", "detail", "actor", "key"])
    .where("task_uuid", "=", taskUUID);
  if (round !== null) query = query.where("round", "=", round);
  return (await query.orderBy("round", "desc").limit(1).executeTakeFirst()) ?? null;
}

/** Each round has one decision: a second one is an error of the database. */
export async function addDecision(db: Kysely<Schema>, decision: TakenDecision): Promise<void> {
  const { taskUUID, detail, ...rest } = decision;
  await db
    .insertInto("review_decisions")
    .values({ task_uuid: taskUUID, detail: toJson(detail), ...rest })
    .execute();
}

/**
 * The run goes on: what is done again waits as it did at first, with all its tries and without the cache, and a worker in
 * the middle of it is told to stop. Deciding about the run is next.
 */
export async function resumeRun(
  db: Transaction<Schema>,
  runUUID: RunUUID,
  decided: TaskUUID,
  redone: readonly RedoneTask[],
): Promise<void> {
  const rows = redone.map(({ taskUUID, override }) => ({ uuid: taskUUID, override }));
  await sql`
    with again as (
      update tasks t set status = 'waiting', output = null, error = null, warnings = '[]', failures = 0,
        losses = 0, ready_at = null, delivered_at = null, lease_worker = null, lease_uuid = null, lease_expires_at = null, queued_at = null,
        started_at = null, ended_at = null, decide_by = null, fresh = true, override = nullif(c.override, 'null'::jsonb)
      from jsonb_to_recordset(${toJson(rows)}::jsonb) as c(uuid uuid, override jsonb)
      where t.run_uuid = ${runUUID} and t.uuid = c.uuid
      returning t.uuid, t.attempt
    ),
    closed as (
      update attempts a set ended_at = now(), outcome = 'cancelled' from again
      where a.task_uuid = again.uuid and a.number = again.attempt and a.ended_at is null
    )
    update runs set status = case when exists (
      select from tasks t where t.run_uuid = ${runUUID} and t.status = 'review' and t.uuid <> ${decided}
        and t.uuid <> all(${rows.map(({ uuid }) => uuid)}::uuid[])
    ) then 'review' else 'running' end
    where uuid = ${runUUID}`.execute(db);
}

export interface OverdueReview {
  readonly taskUUID: TaskUUID;
  readonly runUUID: RunUUID;
  readonly batchUUID: BatchUUID;
  readonly ownerUUID: OwnerUUID;
}

/** Reviews that nobody decided in time, the longest overdue first. */
export async function findOverdueReviews(db: Kysely<Schema>, limit: number): Promise<OverdueReview[]> {
  const rows = await db
    .selectFrom("tasks")
    .select(["uuid", "run_uuid", "batch_uuid", "owner_uuid"])
    .where("status", "=", "review")
    .where("decide_by", "<=", sql<Date>`now()`)
    .orderBy("decide_by")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    taskUUID: row.uuid,
    runUUID: row.run_uuid,
    batchUUID: row.batch_uuid,
    ownerUUID: row.owner_uuid,
  }));
}
