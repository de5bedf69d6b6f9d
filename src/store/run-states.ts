import { type Kysely, type Selectable, sql } from "kysely";
import type { RunUUID, TaskUUID } from "../contracts/ids.ts";
import { DONE_RUN_STATUSES } from "../contracts/run.ts";
import type { RunState, TaskState } from "../engine/run-state.ts";
import type { Schema } from "./schema.ts";

type RunRow = Pick<Selectable<Schema["runs"]>, "uuid" | "batch_uuid" | "file" | "status" | "inputs">;
/** By name: a newer version that runs beside this one may add a column, and what was prepared for all of them would fail. */
const TASK_COLUMNS = [
  "uuid",
  "run_uuid",
  "step",
  "element",
  "task_type",
  "status",
  "provider",
  "model",
  "input",
  "output",
  "error",
  "seed",
  "failures",
  "losses",
  "started_at",
  "ended_at",
  "cost",
  "override",
  "spilled",
  "attempt",
  "lease_uuid",
] as const;
type TaskRow = Pick<Selectable<Schema["tasks"]>, (typeof TASK_COLUMNS)[number]> & { expired: boolean | null };

export interface LoadedRun {
  readonly state: RunState;
  readonly ended: boolean;
  /** The last attempt of each task, and the lease that it has or had. */
  readonly attempts: ReadonlyMap<TaskUUID, { readonly number: number; readonly lease: string | null }>;
  /** Tasks whose lease has run out, by the clock of the database. */
  readonly expired: ReadonlySet<TaskUUID>;
}

/** Locks the runs, in the order of their ids so that two transactions never wait for each other, and loads them with their tasks. */
export async function loadRunStates(db: Kysely<Schema>, uuids: readonly RunUUID[]): Promise<LoadedRun[]> {
  const { rows: runs } = await sql<RunRow>`/* prepare:lock-runs */
    select uuid, batch_uuid, file, status, inputs from runs where uuid = any(${uuids}::uuid[]) order by uuid for update`.execute(
    db,
  );
  const { rows: tasks } = await sql<TaskRow>`/* prepare:load-tasks */
    select ${sql.raw(TASK_COLUMNS.join(", "))}, lease_expires_at <= statement_timestamp() as expired
    from tasks where run_uuid = any(${uuids}::uuid[]) order by seq`.execute(db);
  const byRun = new Map<RunUUID, typeof tasks>(uuids.map((uuid) => [uuid, []]));
  for (const task of tasks) byRun.get(task.run_uuid)?.push(task);
  return runs.map((run) => {
    const own = byRun.get(run.uuid) ?? [];
    const state: RunState = {
      runUUID: run.uuid,
      batchUUID: run.batch_uuid,
      file: run.file,
      status: run.status,
      inputs: run.inputs,
      tasks: own.map(
        (task): TaskState => ({
          taskUUID: task.uuid,
          step: task.step,
          element: task.element,
          taskType: task.task_type,
          status: task.status,
          provider: task.provider,
          model: task.model,
          input: task.input,
          output: task.output,
          error: task.error,
          seed: task.seed === null ? null : Number(task.seed),
          failures: task.failures,
          losses: task.losses,
          seconds: secondsBetween(task.started_at, task.ended_at),
          cost: task.cost === null ? null : Number(task.cost),
          override: task.override,
          spilled: task.spilled,
        }),
      ),
    };
    return {
      state,
      ended: DONE_RUN_STATUSES.has(run.status),
      attempts: new Map(own.map((task) => [task.uuid, { number: task.attempt, lease: task.lease_uuid }])),
      expired: new Set(own.filter((task) => task.expired === true).map((task) => task.uuid)),
    };
  });
}

function secondsBetween(start: Date | null, end: Date | null): number {
  return start === null || end === null ? 0 : (end.getTime() - start.getTime()) / 1000;
}
