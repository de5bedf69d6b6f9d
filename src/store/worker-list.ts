import { type Kysely, sql } from "kysely";
import type { OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { WorkerView } from "../contracts/overview.ts";
import { IS_LIVING } from "./living-workers.ts";
import type { Schema } from "./schema.ts";

interface RunningTask {
  taskUUID: TaskUUID;
  runUUID: RunUUID;
  file: string;
  step: string;
  startedAt: string | null;
  mine: boolean;
}

/** All workers with what they have under way; of other owners' tasks only how many there are. */
export async function listWorkers(db: Kysely<Schema>, owner: OwnerUUID): Promise<WorkerView[]> {
  const rows = await db
    .selectFrom("workers as w")
    .select(["w.id", "w.host", "w.pid", "w.version", "w.queues", "w.concurrency", "w.memory_bytes"])
    .select(["w.started_at", "w.seen_at", "w.draining"])
    .select(IS_LIVING.as("living"))
    .select(
      sql<RunningTask[]>`coalesce((
        select jsonb_agg(jsonb_build_object('taskUUID', t.uuid, 'runUUID', t.run_uuid, 'file', r.file, 'step', t.step,
          'startedAt', t.started_at, 'mine', t.owner_uuid = ${owner}) order by t.started_at)
        from tasks t join runs r on r.uuid = t.run_uuid where t.status = 'running' and t.lease_worker = w.id), '[]')`.as(
        "tasks",
      ),
    )
    .orderBy("w.host")
    .orderBy("w.started_at")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    host: row.host,
    pid: row.pid,
    version: row.version,
    queues: row.queues,
    concurrency: row.concurrency,
    memoryBytes: row.memory_bytes === null ? null : Number(row.memory_bytes),
    startedAt: row.started_at.toISOString(),
    lastSeenAt: row.seen_at.toISOString(),
    isAlive: row.living,
    isDraining: row.draining,
    running: row.tasks.length,
    tasks: row.tasks
      .filter((task) => task.mine)
      .map(({ taskUUID, runUUID, file, step, startedAt }) => ({
        taskUUID,
        runUUID,
        file,
        step,
        startedAt: startedAt === null ? null : new Date(startedAt).toISOString(),
      })),
  }));
}
