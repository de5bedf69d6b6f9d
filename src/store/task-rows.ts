import { sql } from "kysely";
import type { RunUUID } from "../contracts/ids.ts";
import { endsTask, type PlannedTask, type TaskChange } from "../engine/run-state.ts";
import { toJson } from "./json.ts";

/** A planned task as it is first written, with what was decided for it. */
export function taskRow(runUUID: RunUUID, task: PlannedTask, changes: readonly TaskChange[]) {
  const change = changes.find((candidate) => candidate.taskUUID === task.taskUUID);
  const queued = change?.status === "queued" ? change : null;
  const asked = change?.status === "review" ? change : null;
  const ended = change !== undefined && endsTask(change) ? change : null;
  const { queue, provider, model } = queued?.place ?? task;
  return {
    uuid: task.taskUUID,
    run_uuid: runUUID,
    step: task.step,
    element: task.element,
    task_type: task.taskType,
    queue,
    provider,
    model,
    seed: queued === null ? task.seed : queued.seed,
    status: change?.status ?? "waiting",
    input: queued?.input ?? asked?.input ?? null,
    timeout_ms: asked?.timeoutMs ?? null,
    output: ended?.output ?? null,
    error: change?.error ?? null,
    warnings: ended?.warnings ?? [],
  };
}

export type TaskRow = ReturnType<typeof taskRow>;

/**
 * The statement that writes new tasks, but for what it does about a conflict and what it returns.
 * @param runs table or CTE of the runs they belong to, with `uuid`, `batch_uuid` and `owner_uuid`; others' tasks are left out
 * @param batches the same of their batches, with `uuid` and `priority`
 */
export function insertTasks(rows: readonly TaskRow[], runs: "runs" | "begun", batches: "batches" | "opened") {
  return sql`
    insert into tasks (uuid, run_uuid, batch_uuid, owner_uuid, step, element, task_type, status, queue, provider, model,
      seed, input, output, error, warnings, queued_at, ended_at, decide_by, at_once)
    select t.uuid, r.uuid, r.batch_uuid, r.owner_uuid, t.step, t.element, t.task_type, t.status, t.queue,
      t.provider, t.model, t.seed, nullif(t.input, 'null'::jsonb), nullif(t.output, 'null'::jsonb),
      nullif(t.error, 'null'::jsonb), t.warnings, case when t.status in ('queued', 'review') then now() end,
      case when t.status not in ('queued', 'waiting', 'review') then now() end,
      now() + t.timeout_ms * interval '1 millisecond', b.priority = 0
    from jsonb_to_recordset(${toJson(rows)}::jsonb) as t(uuid uuid, run_uuid uuid, step text, element int, task_type text,
      status text, queue text, provider text, model text, seed bigint, input jsonb, output jsonb, error jsonb,
      warnings jsonb, timeout_ms float8)
      join ${sql.table(runs)} r on r.uuid = t.run_uuid join ${sql.table(batches)} b on b.uuid = r.batch_uuid`;
}
