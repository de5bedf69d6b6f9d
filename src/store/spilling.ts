import { type Kysely, sql } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { Schema } from "./schema.ts";

/* What is asked of tasks that may go elsewhere while they would wait too long where they are. */

const BATCHES_AT_ONCE = 100;
/** Workers say every five seconds that they live. */
const SILENT_SECONDS = 15;
/** Tasks that say how long one takes. */
const PACE_OF = 20;

/** Batches under way some of whose steps let their tasks go elsewhere. */
export async function findSpillingBatches(db: Kysely<Schema>): Promise<BatchUUID[]> {
  const { rows } = await sql<{ uuid: BatchUUID }>`
    select uuid from batches where status = 'running' and jsonb_path_exists(resolved, '$.steps.*.fallback.spillMs')
    order by created_at limit ${BATCHES_AT_ONCE}`.execute(db);
  return rows.map(({ uuid }) => uuid);
}

export interface WaitingTask {
  readonly taskUUID: TaskUUID;
  readonly runUUID: RunUUID;
  readonly batchUUID: BatchUUID;
  readonly ownerUUID: OwnerUUID;
}

/** Those of a step's tasks that stand in a queue and that nobody has begun with, the last first. */
export async function findWaiting(
  db: Kysely<Schema>,
  { batch, step, queue }: { readonly batch: BatchUUID; readonly step: string; readonly queue: string },
  limit: number,
): Promise<WaitingTask[]> {
  const rows = await db
    .selectFrom("tasks")
    .select(["uuid", "run_uuid", "batch_uuid", "owner_uuid"])
    .where("batch_uuid", "=", batch)
    .where("step", "=", step)
    .where("queue", "=", queue)
    .where("status", "=", "queued")
    .where((eb) => eb.or([eb("ready_at", "is", null), eb("ready_at", "<=", sql<Date>`now()`)]))
    .orderBy("seq", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    taskUUID: row.uuid,
    runUUID: row.run_uuid,
    batchUUID: row.batch_uuid,
    ownerUUID: row.owner_uuid,
  }));
}

/** Holds a task's row until the transaction ends, so that no worker begins with it. @returns whether none has */
export async function holdWaiting(db: Kysely<Schema>, taskUUID: TaskUUID, queue: string): Promise<boolean> {
  const row = await db
    .selectFrom("tasks")
    .select("uuid")
    .where("uuid", "=", taskUUID)
    .where("status", "=", "queued")
    .where("queue", "=", queue)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** A queue of this machine's: what waits in it, who works, and how long a task took lately. */
export interface QueuePace {
  readonly waiting: number;
  /** Tasks that all workers do at a time. */
  readonly slots: number;
  /** Milliseconds; null before the first has ended. */
  readonly taskMs: number | null;
}

export async function readQueuePace(db: Kysely<Schema>, queue: string): Promise<QueuePace> {
  const { rows } = await sql<{ waiting: string; slots: string; task_ms: number | null }>`
    select
      (select count(*) from batches b join tasks t on t.batch_uuid = b.uuid
        where b.status = 'running' and t.status = 'queued' and t.queue = ${queue}) as waiting,
      (select coalesce(sum((concurrency->>${queue})::int), 0) from workers
        where seen_at > now() - ${SILENT_SECONDS} * interval '1 second' and not draining) as slots,
      (select avg(took) from (
        select extract(epoch from ended_at - started_at)::float8 * 1000 as took from tasks
        where ended_at > now() - interval '1 hour' and queue = ${queue} and status = 'succeeded'
        order by ended_at desc limit ${PACE_OF}) recent) as task_ms`.execute(db);
  const { waiting, slots, task_ms: taskMs } = rows[0] ?? { waiting: "0", slots: "0", task_ms: null };
  return { waiting: Number(waiting), slots: Number(slots), taskMs };
}

/** Tasks that a provider elsewhere has, waiting or under way, and how many of them have asked it for nothing yet. */
export async function countTasksAt(
  db: Kysely<Schema>,
  provider: string,
): Promise<{ readonly tasks: number; readonly unreserved: number }> {
  const { rows } = await sql<{ tasks: string; unreserved: string }>`
    select count(*) as tasks,
      count(*) filter (where not exists (select from calls c where c.task_uuid = t.uuid and c.state in ('sent', 'answered'))) as unreserved
    from tasks t where provider = ${provider} and provider <> 'local' and status in ('queued', 'running')`.execute(
    db,
  );
  const { tasks, unreserved } = rows[0] ?? { tasks: "0", unreserved: "0" };
  return { tasks: Number(tasks), unreserved: Number(unreserved) };
}
