import { type Kysely, sql } from "kysely";
import type { BatchUUID, Digest, OwnerUUID, RunUUID } from "../contracts/ids.ts";
import { applyToTasks, newTaskState } from "../engine/apply-advance.ts";
import { runFacts } from "../engine/run-facts.ts";
import type { Advance, PlannedTask, RunState } from "../engine/run-state.ts";
import type { ErrorRecord } from "../errors.ts";
import { traceNewRun } from "../tracing/spans.ts";
import { statusIs } from "./by-key.ts";
import { toJson } from "./json.ts";
import type { Schema } from "./schema.ts";
import { insertTasks, taskRow } from "./task-rows.ts";

export interface NewRun {
  readonly runUUID: RunUUID;
  readonly batchUUID: BatchUUID;
  readonly owner: OwnerUUID;
  readonly workflowDigest: Digest;
  readonly file: string;
}

export interface StartedRun {
  readonly runUUID: RunUUID;
  readonly batchUUID: BatchUUID;
  readonly owner: OwnerUUID;
  readonly identity: string | null;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly tasks: readonly PlannedTask[];
  /** What the engine decided for the new tasks: the first are ready. */
  readonly advance: Advance;
}

/**
 * The run's row comes first, so that a file that cannot even be decoded has a runUUID and an error. It waits for the disk:
 * the run's start or failure, written once its picture was read, must find it even when the database crashed meanwhile. In a
 * batch that was cancelled meanwhile runs are cancelled from the start; the lock on its row keeps a cancellation from missing
 * those just written.
 */
export async function createRuns(db: Kysely<Schema>, runs: readonly NewRun[]): Promise<void> {
  const rows = runs.map((run) => ({
    uuid: run.runUUID,
    batch_uuid: run.batchUUID,
    owner_uuid: run.owner,
    workflow_digest: run.workflowDigest,
    file: run.file,
    traceparent: traceNewRun({ "maskloom.run": run.runUUID, "maskloom.batch": run.batchUUID }),
  }));
  await sql`/* prepare:create-runs */
    with given as (
      select * from jsonb_to_recordset(${toJson(rows)}::jsonb)
        as g(uuid uuid, batch_uuid uuid, owner_uuid uuid, workflow_digest text, file text, traceparent text)
    ),
    held as materialized (
      select uuid, status = 'cancelled' as cancelled from batches
      where uuid in (select batch_uuid from given) for share
    ),
    created as (
      insert into runs (uuid, batch_uuid, owner_uuid, workflow_digest, file, traceparent, status, ended_at)
      select g.uuid, g.batch_uuid, g.owner_uuid, g.workflow_digest, g.file, g.traceparent,
        case when h.cancelled then 'cancelled' else 'queued' end, case when h.cancelled then now() end
      from given g join held h on h.uuid = g.batch_uuid
      on conflict (uuid) do nothing
      returning uuid, batch_uuid, owner_uuid, file, status
    )
    insert into events (type, owner_uuid, batch_uuid, run_uuid, data)
    select 'run.created', owner_uuid, batch_uuid, uuid, jsonb_build_object('file', file) from created
    union all
    select 'run.ended', owner_uuid, batch_uuid, uuid, jsonb_build_object('status', status, 'file', file)
    from created where status = 'cancelled'`.execute(db);
}

/**
 * Writes the planned tasks of any number of new runs, the first of them ready. One transaction, which may be made twice.
 * A run that was cancelled while its picture was read gets none.
 */
export async function startRuns(db: Kysely<Schema>, runs: readonly StartedRun[]): Promise<void> {
  const taskRows = runs.flatMap(firstTaskRows);
  const runRows = runs.map((run) => ({
    uuid: run.runUUID,
    identity: run.identity,
    inputs: run.inputs,
    ...startColumns(run),
  }));
  await sql`/* prepare:start-runs */
    with begun as (
      update runs r set identity = c.identity, inputs = c.inputs, models = c.models, providers = c.providers,
        seam = c.seam, sharpness = c.sharpness, status = coalesce(c.status, r.status),
        output = c.output, outputs = nullif(c.outputs, 'null'::jsonb), error = nullif(c.error, 'null'::jsonb),
        ended_at = case when c.status <> 'review' then now() end, started_at = case when c.status = 'review' then now() end
      from jsonb_to_recordset(${toJson(runRows)}::jsonb) as c(uuid uuid, identity text, inputs jsonb, models text[],
        providers text[], seam float8, sharpness float8, status text, output uuid, outputs jsonb, error jsonb)
      where r.uuid = any(${runRows.map((row) => row.uuid)}::uuid[]) and r.uuid = c.uuid and ${statusIs("r", "queued")}
      returning r.uuid, r.batch_uuid, r.owner_uuid, r.status, r.error, r.file, r.ended_at
    ),
    planned as (
      ${insertTasks(taskRows, "begun", "batches")}
      on conflict (uuid) do nothing
      returning uuid, run_uuid, batch_uuid, owner_uuid, step, status
    ),
    noted as (
      insert into events (type, owner_uuid, batch_uuid, run_uuid, task_uuid, data)
      select case status when 'queued' then 'task.queued' when 'review' then 'task.review' else 'task.ended' end,
        owner_uuid, batch_uuid, run_uuid, uuid, jsonb_build_object('step', step, 'status', status) from planned where status <> 'waiting'
      union all
      select 'run.ended', owner_uuid, batch_uuid, uuid, null,
        jsonb_strip_nulls(jsonb_build_object('status', status, 'file', file, 'error', error))
      from begun where ended_at is not null
    )
    select 1`.execute(db);
}

/** A run that ends before it has tasks: its file could not be read, say. */
export async function failRuns(
  db: Kysely<Schema>,
  failed: readonly { readonly runUUID: RunUUID; readonly error: ErrorRecord }[],
): Promise<void> {
  const rows = failed.map(({ runUUID, error }) => ({ uuid: runUUID, error }));
  await sql`
    with ended as (
      update runs r set status = 'failed', error = c.error, ended_at = now()
      from jsonb_to_recordset(${toJson(rows)}::jsonb) as c(uuid uuid, error jsonb)
      where r.uuid = any(${rows.map((row) => row.uuid)}::uuid[]) and r.uuid = c.uuid and ${statusIs("r", "queued")}
      returning r.uuid, r.batch_uuid, r.owner_uuid, r.file, r.error
    )
    insert into events (type, owner_uuid, batch_uuid, run_uuid, data)
    select 'run.ended', owner_uuid, batch_uuid, uuid,
      jsonb_build_object('status', 'failed', 'file', file, 'error', error) from ended`.execute(db);
}

/** A new run as the engine sees it, before anything of it is written. */
export function newRunState(
  run: NewRun,
  inputs: RunState["inputs"],
  tasks: readonly PlannedTask[],
): RunState {
  return {
    runUUID: run.runUUID,
    batchUUID: run.batchUUID,
    file: run.file,
    status: "queued",
    inputs,
    tasks: tasks.map(newTaskState),
  };
}

/** What is known of the run from its first tasks, and how it ends, where it does so at once, or what it waits for. */
export function startColumns({ tasks, advance }: StartedRun) {
  const { end } = advance;
  const status = advance.tasks.some((change) => change.status === "review") ? "review" : null;
  const facts = runFacts(applyToTasks(tasks.map(newTaskState), advance.tasks, advance.created));
  if (end === null) return { ...facts, status, output: null, outputs: null, error: null };
  return { ...facts, status: end.status, output: end.output, outputs: end.outputs, error: end.error };
}

/** All tasks that a run begins with. */
export function firstTaskRows(run: StartedRun) {
  const { runUUID, tasks, advance } = run;
  return [...tasks, ...advance.created].map((task) => taskRow(runUUID, task, advance.tasks));
}
