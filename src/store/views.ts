import { type Kysely, type Selectable, sql } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import {
  type AttemptView,
  DONE_RUN_STATUSES,
  type RunDetail,
  type RunStatus,
  type TaskView,
} from "../contracts/run.ts";
import { shownInput } from "../contracts/shown-address.ts";
import { traceIdOf } from "../tracing/spans.ts";
import { iso, selectRuns, withPictures } from "./run-view.ts";
import type { Schema } from "./schema.ts";

/* What the API, the CLI and the dashboard see of the rows. */

const TASK_COLUMNS = [
  "uuid",
  "run_uuid",
  "batch_uuid",
  "step",
  "element",
  "task_type",
  "status",
  "provider",
  "model",
  "seed",
  "input",
  "output",
  "error",
  "warnings",
  "cost",
  "created_at",
  "queued_at",
  "started_at",
  "ended_at",
] as const;
type TaskRow = Pick<Selectable<Schema["tasks"]>, (typeof TASK_COLUMNS)[number]>;
const ATTEMPT_COLUMNS = [
  "number",
  "worker",
  "started_at",
  "ended_at",
  "outcome",
  "error",
  "timings",
] as const;
type AttemptRow = Pick<Selectable<Schema["attempts"]>, (typeof ATTEMPT_COLUMNS)[number]>;

/** Runs with their tasks and attempts, in the order asked for; those that do not exist are left out. */
export async function readRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  uuids: readonly RunUUID[],
): Promise<RunDetail[]> {
  if (uuids.length === 0) return [];
  const asked = await selectRuns(owner, sql`r.uuid = any(${uuids}::uuid[])`).execute(db);
  const runs = await withPictures(db, asked.rows);
  const tasks = await db
    .selectFrom("tasks")
    .select(TASK_COLUMNS)
    .where("run_uuid", "in", uuids)
    .orderBy("seq")
    .execute();
  const views = await withAttempts(db, tasks);
  const byUUID = new Map(runs.map((run, at) => [run.runUUID, { ...run, ...tracedBy(asked.rows[at]) }]));
  return uuids.flatMap((uuid) => {
    const run = byUUID.get(uuid);
    return run === undefined
      ? []
      : [{ ...run, tasks: elementsBehindSteps(views.filter((task) => task.runUUID === uuid)) }];
  });
}

function tracedBy(row: { readonly traceparent: string | null } | undefined): Pick<RunDetail, "traceId"> {
  const traceId = traceIdOf(row?.traceparent ?? null);
  return traceId === null ? {} : { traceId };
}

/** The elements of a step stand behind its own task, in the order of their list. */
function elementsBehindSteps(tasks: readonly TaskView[]): TaskView[] {
  const elementsOf = (step: string) =>
    tasks
      .filter((task) => task.step === step && task.element !== null)
      .sort((a, b) => (a.element ?? 0) - (b.element ?? 0));
  return tasks
    .filter((task) => task.element === null)
    .flatMap((own) => (own.taskType === "gather" ? [own, ...elementsOf(own.step)] : [own]));
}

/** Those of the runs that have ended. */
export async function findEndedRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  uuids: readonly RunUUID[],
): Promise<RunUUID[]> {
  if (uuids.length === 0) return [];
  const rows = await db
    .selectFrom("runs")
    .select("uuid")
    .where("uuid", "in", uuids)
    .where("owner_uuid", "=", owner)
    .where("status", "in", [...DONE_RUN_STATUSES])
    .execute();
  return rows.map((row) => row.uuid);
}

export async function readTask(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  uuid: TaskUUID,
): Promise<TaskView | null> {
  const rows = await db
    .selectFrom("tasks")
    .select(TASK_COLUMNS)
    .where("uuid", "=", uuid)
    .where("owner_uuid", "=", owner)
    .execute();
  return (await withAttempts(db, rows))[0] ?? null;
}

/** How many runs of a batch stand where. */
export async function countRuns(
  db: Kysely<Schema>,
  batch: BatchUUID,
): Promise<ReadonlyMap<RunStatus, number>> {
  const rows = await db
    .selectFrom("runs")
    .select(["status", (eb) => eb.fn.countAll<string>().as("count")])
    .where("batch_uuid", "=", batch)
    .groupBy("status")
    .execute();
  return new Map(rows.map((row) => [row.status, Number(row.count)]));
}

async function withAttempts(db: Kysely<Schema>, tasks: readonly TaskRow[]): Promise<TaskView[]> {
  if (tasks.length === 0) return [];
  const attempts = await db
    .selectFrom("attempts")
    .select([...ATTEMPT_COLUMNS, "task_uuid"])
    .where(
      "task_uuid",
      "in",
      tasks.map((task) => task.uuid),
    )
    .orderBy("number")
    .execute();
  return tasks.map((task) =>
    taskView(
      task,
      attempts.filter((attempt) => attempt.task_uuid === task.uuid),
    ),
  );
}

function taskView(row: TaskRow, attempts: readonly AttemptRow[]): TaskView {
  return {
    taskUUID: row.uuid,
    runUUID: row.run_uuid,
    batchUUID: row.batch_uuid,
    step: row.step,
    element: row.element,
    taskType: row.task_type,
    status: row.status,
    provider: row.provider,
    model: row.model,
    seed: row.seed === null ? null : Number(row.seed),
    input: shownInput(row.task_type, row.input),
    output: row.output,
    error: row.error,
    warnings: row.warnings,
    attempts: attempts.map(attemptView),
    cost: row.cost === null ? null : Number(row.cost),
    createdAt: row.created_at.toISOString(),
    queuedAt: iso(row.queued_at),
    startedAt: iso(row.started_at),
    endedAt: iso(row.ended_at),
  };
}

function attemptView(row: AttemptRow): AttemptView {
  return {
    number: row.number,
    worker: row.worker,
    startedAt: row.started_at.toISOString(),
    endedAt: iso(row.ended_at),
    outcome: row.outcome,
    error: row.error,
    timings: row.timings,
  };
}
