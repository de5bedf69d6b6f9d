import { type Kysely, sql } from "kysely";
import type { BatchUUID, Digest, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { TaskView } from "../contracts/run.ts";
import type { Schema } from "./schema.ts";

/** A run as far as it matters for how its pictures came about. */
export interface MakingRun {
  readonly runUUID: RunUUID;
  readonly batchUUID: BatchUUID;
  readonly workflow: string;
  readonly workflowDigest: Digest;
  readonly tasks: readonly MakingTask[];
}

export type MakingTask = Pick<
  TaskView,
  "step" | "element" | "taskUUID" | "taskType" | "provider" | "model" | "seed" | "status" | "output"
>;

/**
 * The run of a task that has ended, with what had ended by then: the same for ever, whatever the run still does. Null
 * where the task is another owner's, gone, or still under way.
 */
export async function findMakingRun(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  taskUUID: TaskUUID,
): Promise<MakingRun | null> {
  const rows = await db
    .selectFrom("tasks as made")
    .innerJoin("runs as r", "r.uuid", "made.run_uuid")
    .innerJoin("batches as b", "b.uuid", "r.batch_uuid")
    .innerJoin("tasks as t", "t.run_uuid", "made.run_uuid")
    .select(["r.uuid as run", "r.batch_uuid", "r.workflow_digest", "b.workflow_name"])
    .select(["t.uuid", "t.step", "t.element", "t.task_type", "t.provider", "t.model", "t.seed", "t.status"])
    .select(sql<unknown>`jsonb_build_object('seeds', t.output -> 'seeds')`.as("output"))
    .where("made.uuid", "=", taskUUID)
    .where("made.owner_uuid", "=", owner)
    .whereRef("t.ended_at", "<=", "made.ended_at")
    .orderBy("t.seq")
    .execute();
  const [first] = rows;
  if (first === undefined) return null;
  return {
    runUUID: first.run,
    batchUUID: first.batch_uuid,
    workflow: first.workflow_name,
    workflowDigest: first.workflow_digest,
    tasks: rows.map((row) => ({
      taskUUID: row.uuid,
      step: row.step,
      element: row.element,
      taskType: row.task_type,
      status: row.status,
      provider: row.provider,
      model: row.model,
      seed: row.seed === null ? null : Number(row.seed),
      output: row.output,
    })),
  };
}
