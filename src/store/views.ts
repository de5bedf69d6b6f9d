import { type Kysely, type Selectable, sql } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import {
  type AttemptView,
  DONE_RUN_STATUSES,
  type RunDetail,
  type RunStatus,
  type RunView,
  type TaskView,
} from "../contracts/run.ts";
import { namingFile } from "../errors.ts";
import type { Schema } from "./schema.ts";

/* What the API, the CLI and the dashboard see of the rows. */

type RunRow = Selectable<Schema["runs"]> & { workflow: string };
type TaskRow = Selectable<Schema["tasks"]>;
type AttemptRow = Selectable<Schema["attempts"]>;

export interface RunFilter {
  readonly batch?: BatchUUID;
  readonly status?: RunStatus;
  readonly workflow?: string;
  /** Runs older than this one, for paging. */
  readonly before?: RunUUID;
  readonly limit: number;
}

export async function listRuns(db: Kysely<Schema>, owner: OwnerUUID, filter: RunFilter): Promise<RunView[]> {
  let query = selectRuns(db, owner)
    .orderBy("r.created_at", "desc")
    .orderBy("r.uuid", "desc")
    .limit(filter.limit);
  if (filter.batch !== undefined) query = query.where("r.batch_uuid", "=", filter.batch);
  if (filter.status !== undefined) query = query.where("r.status", "=", filter.status);
  if (filter.workflow !== undefined) query = query.where("b.workflow_name", "=", filter.workflow);
  if (filter.before !== undefined) {
    const before = filter.before;
    query = query.where(
      sql<boolean>`(r.created_at, r.uuid) < (select created_at, uuid from runs
        where uuid = ${before} and owner_uuid = ${owner})`,
    );
  }
  return (await query.execute()).map(runView);
}

/** Runs with their tasks and attempts, in the order asked for; those that do not exist are left out. */
export async function readRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  uuids: readonly RunUUID[],
): Promise<RunDetail[]> {
  if (uuids.length === 0) return [];
  const runs = await selectRuns(db, owner).where("r.uuid", "in", uuids).execute();
  const tasks = await db
    .selectFrom("tasks")
    .selectAll()
    .where("run_uuid", "in", uuids)
    .orderBy("seq")
    .execute();
  const views = await withAttempts(db, tasks);
  const byUUID = new Map(runs.map((run) => [run.uuid, run]));
  return uuids.flatMap((uuid) => {
    const run = byUUID.get(uuid);
    return run === undefined
      ? []
      : [{ ...runView(run), tasks: elementsBehindSteps(views.filter((task) => task.runUUID === uuid)) }];
  });
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
    .selectAll()
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

function selectRuns(db: Kysely<Schema>, owner: OwnerUUID) {
  return db
    .selectFrom("runs as r")
    .innerJoin("batches as b", "b.uuid", "r.batch_uuid")
    .selectAll("r")
    .select("b.workflow_name as workflow")
    .where("r.owner_uuid", "=", owner);
}

async function withAttempts(db: Kysely<Schema>, tasks: readonly TaskRow[]): Promise<TaskView[]> {
  if (tasks.length === 0) return [];
  const attempts = await db
    .selectFrom("attempts")
    .selectAll()
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

function runView(row: RunRow): RunView {
  return {
    runUUID: row.uuid,
    batchUUID: row.batch_uuid,
    workflow: row.workflow,
    workflowDigest: row.workflow_digest,
    file: row.file,
    status: row.status,
    inputs: row.inputs,
    output: row.output,
    outputs: row.outputs,
    error: row.error === null ? null : namingFile(row.error, row.file),
    warnings: row.warnings,
    derivedFrom: row.derived_from,
    createdAt: row.created_at.toISOString(),
    startedAt: iso(row.started_at),
    endedAt: iso(row.ended_at),
  };
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
    input: row.input,
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

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
