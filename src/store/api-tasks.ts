import { type Kysely, sql } from "kysely";
import type { OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import { traceNewRun } from "../tracing/spans.ts";
import type { NewBatch } from "./batches.ts";
import { toJson } from "./json.ts";
import { prepareAs } from "./prepared.ts";
import { firstTaskRows, type StartedRun, startColumns } from "./runs.ts";
import type { Schema } from "./schema.ts";
import { insertTasks } from "./task-rows.ts";

/** A task under the UUID that its client gave it. */
export interface ApiTaskKey {
  readonly owner: OwnerUUID;
  readonly taskUUID: TaskUUID;
}

export interface ApiTaskRow extends ApiTaskKey {
  readonly taskType: string;
  readonly digest: string;
  readonly request: JsonObject;
  readonly delivery: object;
  readonly runUUID: RunUUID;
}

/** A task that is answered without a run: an upload, a deletion. */
export interface AnsweredTask extends ApiTaskKey {
  readonly taskType: string;
  readonly digest: string;
  /** As in ApiTaskRow. */
  readonly request: JsonObject;
  /** The item of `data`. */
  readonly answer: Readonly<Record<string, unknown>>;
  readonly runUUID: null;
}

export interface NewApiTask extends ApiTaskRow {
  /** What is still to be done with its results is done by this process for `heldMs`; null where nothing is. */
  readonly followUp: { readonly holder: string; readonly heldMs: number } | null;
  readonly batch: NewBatch;
  readonly run: StartedRun;
  /** The run's name for people. */
  readonly file: string;
  /** Whether it was promised: whoever waits for it on an open connection asks again where a crash of the database took it. */
  readonly isPromised: boolean;
}

/**
 * Writes any number of tasks with their batches, runs and engine's tasks, in one statement and so all or nothing. What a
 * client's UUID is taken for already is left alone.
 * @returns the runs that were begun
 * @throws a unique violation where a task of the engine has the UUID of one that is begun: see `isTakenTask`
 */
export async function beginApiTasks(
  db: Kysely<Schema>,
  tasks: readonly NewApiTask[],
): Promise<ReadonlySet<RunUUID>> {
  const durable = tasks.some((task) => task.isPromised);
  const commit = sql`select set_config('synchronous_commit', ${durable ? "on" : "off"}, true)`;
  const { rows } = await sql<{ run_uuid: RunUUID }>`/* prepare:begin-api-tasks */
    with settled as materialized (${commit}),
    taken as (
      insert into api_tasks (owner_uuid, task_uuid, task_type, digest, request, delivery, run_uuid, follow_up, holder,
        held_until)
      select owner_uuid, task_uuid, task_type, digest, request, delivery, run_uuid, holder is not null, holder,
        now() + held_ms * interval '1 millisecond'
      from jsonb_to_recordset(${toJson(tasks.map(apiTaskColumns))}::jsonb) as g(owner_uuid uuid, task_uuid uuid,
        task_type text, digest text, request jsonb, delivery jsonb, run_uuid uuid, holder uuid, held_ms float8)
      order by owner_uuid, task_uuid
      on conflict do nothing
      returning run_uuid
    ),
    described as (
      insert into workflows (digest, name, document)
      select distinct on (digest) digest, name, document
      from jsonb_to_recordset(${toJson(tasks.map(workflowColumns))}::jsonb) as w(digest text, name text, document jsonb)
      order by digest
      on conflict (digest) do nothing
    ),
    opened as (
      insert into batches (uuid, owner_uuid, workflow_digest, workflow_name, inputs, resolved, priority, complete)
      select b.uuid, b.owner_uuid, b.workflow_digest, b.workflow_name, b.inputs, b.resolved, b.priority, true
      from taken k join jsonb_to_recordset(${toJson(tasks.map(batchColumns))}::jsonb) as b(run_uuid uuid, uuid uuid,
        owner_uuid uuid, workflow_digest text, workflow_name text, inputs jsonb, resolved jsonb, priority int)
        on b.run_uuid = k.run_uuid
      returning uuid, owner_uuid, workflow_name, priority
    ),
    begun as (
      insert into runs (uuid, batch_uuid, owner_uuid, workflow_digest, file, traceparent, identity, inputs, models, providers,
        seam, sharpness, status, output, outputs, error, ended_at)
      select r.uuid, r.batch_uuid, r.owner_uuid, r.workflow_digest, r.file, r.traceparent, r.identity, r.inputs, r.models, r.providers,
        r.seam, r.sharpness, coalesce(r.status, 'queued'), r.output, nullif(r.outputs, 'null'::jsonb), nullif(r.error, 'null'::jsonb),
        case when r.status is not null then now() end
      from taken k join jsonb_to_recordset(${toJson(tasks.map(runColumns))}::jsonb) as r(uuid uuid, batch_uuid uuid,
        owner_uuid uuid, workflow_digest text, file text, traceparent text, identity text, inputs jsonb, models text[],
        providers text[], seam float8, sharpness float8, status text, output uuid,
        outputs jsonb, error jsonb)
        on r.uuid = k.run_uuid
      returning uuid, batch_uuid, owner_uuid, file, status, error, ended_at
    ),
    planned as (
      ${insertTasks(
        tasks.flatMap(({ run }) => firstTaskRows(run)),
        "begun",
        "opened",
      )}
      returning uuid, run_uuid, batch_uuid, owner_uuid, step, status
    ),
    noted as (
      insert into events (type, owner_uuid, batch_uuid, run_uuid, task_uuid, data)
      select 'batch.created', owner_uuid, uuid, null::uuid, null::uuid, jsonb_build_object('workflow', workflow_name) from opened
      union all
      select 'run.created', owner_uuid, batch_uuid, uuid, null::uuid, jsonb_build_object('file', file) from begun
      union all
      select case when status = 'queued' then 'task.queued' else 'task.ended' end, owner_uuid, batch_uuid, run_uuid, uuid,
        jsonb_build_object('step', step, 'status', status) from planned where status <> 'waiting'
      union all
      select 'run.ended', owner_uuid, batch_uuid, uuid, null::uuid,
        jsonb_strip_nulls(jsonb_build_object('status', status, 'file', file, 'error', error))
      from begun where ended_at is not null
    )
    select run_uuid from taken, settled`.execute(db);
  return new Set(rows.map((row) => row.run_uuid));
}

const apiTaskColumns = (task: NewApiTask) => ({
  owner_uuid: task.owner,
  task_uuid: task.taskUUID,
  task_type: task.taskType,
  digest: task.digest,
  request: task.request,
  delivery: task.delivery,
  run_uuid: task.runUUID,
  holder: task.followUp?.holder ?? null,
  held_ms: task.followUp?.heldMs ?? null,
});

const workflowColumns = ({ batch }: NewApiTask) => ({
  digest: batch.workflowDigest,
  name: batch.workflow.name,
  document: batch.workflow,
});

const batchColumns = ({ batch, runUUID }: NewApiTask) => ({
  run_uuid: runUUID,
  uuid: batch.batchUUID,
  owner_uuid: batch.owner,
  workflow_digest: batch.workflowDigest,
  workflow_name: batch.workflow.name,
  inputs: batch.inputs,
  resolved: batch.resolved,
  priority: batch.priority,
});

const runColumns = ({ run, batch, file }: NewApiTask) => ({
  uuid: run.runUUID,
  batch_uuid: run.batchUUID,
  owner_uuid: run.owner,
  workflow_digest: batch.workflowDigest,
  file,
  traceparent: traceNewRun({ "maskloom.run": run.runUUID, "maskloom.batch": run.batchUUID }),
  identity: run.identity,
  inputs: run.inputs,
  ...startColumns(run),
});

/** Whether a beginning failed because a task of the engine, perhaps another owner's, has the UUID already. */
export function isTakenTask(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "23505" &&
    "constraint" in error &&
    error.constraint === "tasks_pkey"
  );
}

/** Null where this owner has no such task; another's is not told apart from none. */
export async function findApiTask(
  db: Kysely<Schema>,
  { owner, taskUUID }: ApiTaskKey,
): Promise<ApiTaskRow | AnsweredTask | null> {
  const row = await db
    .selectFrom("api_tasks")
    .modifyFront(prepareAs("find-api-task"))
    .select(["owner_uuid", "task_uuid", "task_type", "digest", "request", "delivery", "run_uuid", "answer"])
    .where("owner_uuid", "=", owner)
    .where("task_uuid", "=", taskUUID)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { run_uuid, answer } = row;
  if (run_uuid !== null) return apiTaskRow({ ...row, run_uuid });
  return { ...commonColumns(row), answer: answer as AnsweredTask["answer"], runUUID: null };
}

/**
 * Writes down what a task without a run was answered, unless its client's UUID was taken meanwhile.
 * @returns whether it was free
 */
export async function rememberAnswer(db: Kysely<Schema>, task: AnsweredTask): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("api_tasks")
    .values({
      owner_uuid: task.owner,
      task_uuid: task.taskUUID,
      task_type: task.taskType,
      digest: task.digest,
      request: toJson(task.request),
      answer: toJson(task.answer),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

interface CommonColumns {
  readonly owner_uuid: OwnerUUID;
  readonly task_uuid: TaskUUID;
  readonly task_type: string;
  readonly digest: string;
  readonly request: unknown;
}

interface Columns extends CommonColumns {
  readonly delivery: unknown;
  readonly run_uuid: RunUUID;
}

const commonColumns = (row: CommonColumns) => ({
  owner: row.owner_uuid,
  taskUUID: row.task_uuid,
  taskType: row.task_type,
  digest: row.digest,
  request: row.request as JsonObject,
});

export const apiTaskRow = (row: Columns): ApiTaskRow => ({
  ...commonColumns(row),
  delivery: row.delivery as object,
  runUUID: row.run_uuid,
});
