import { type Kysely, sql } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import { IS_LIVING } from "./living-workers.ts";
import type { Schema } from "./schema.ts";

/* What is asked of tasks that may go elsewhere while they would wait too long where they are. */

const BATCHES_AT_ONCE = 100;
/** Tasks that say how long one takes. */
const PACE_OF = 20;
/** Among so many that ended last: those of other queues end meanwhile, too. */
const PACE_AMONG = 2_000;

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

interface WaitingRow {
  uuid: TaskUUID;
  run_uuid: RunUUID;
  batch_uuid: BatchUUID;
  owner_uuid: OwnerUUID;
}

const waitingOf = ({ uuid, run_uuid, batch_uuid, owner_uuid }: WaitingRow): WaitingTask => ({
  taskUUID: uuid,
  runUUID: run_uuid,
  batchUUID: batch_uuid,
  ownerUUID: owner_uuid,
});

/** Waiting tasks are in one of two indices, each as small as the work in flight. */
const IN_QUEUE = [sql`t.delivered_at is null`, sql`t.delivered_at is not null`] as const;

/** What it asked for where it is may be on a bill, or is paid and kept: elsewhere it would be paid for once more. */
const IS_PAID_FOR = sql<boolean>`exists (select from calls c where c.task_uuid = t.uuid and c.reserved_cost > 0
  and c.state in ('sent', 'answered', 'uncertain'))`;

/** Those of a step's tasks that stand in a queue, and have cost nothing there so far, the last first. */
export async function findWaiting(
  db: Kysely<Schema>,
  { batch, step, queue }: { readonly batch: BatchUUID; readonly step: string; readonly queue: string },
  limit: number,
): Promise<WaitingTask[]> {
  const waiting = IN_QUEUE.map(
    (delivered) => sql`
      (select uuid, run_uuid, batch_uuid, owner_uuid, seq from tasks t
      where t.batch_uuid = ${batch} and t.queue = ${queue} and t.status = 'queued' and ${delivered} and t.step = ${step}
        and (t.ready_at is null or t.ready_at <= now()) and not ${IS_PAID_FOR} order by t.seq desc limit ${limit})`,
  );
  const { rows } =
    await sql<WaitingRow>`${sql.join(waiting, sql` union all `)} order by seq desc limit ${limit}`.execute(
      db,
    );
  return rows.map(waitingOf);
}

/** Holds a task's row until the transaction ends, so that no worker begins with it. @returns whether none has, nor paid for it before */
export async function holdWaiting(db: Kysely<Schema>, taskUUID: TaskUUID, queue: string): Promise<boolean> {
  const row = await db
    .selectFrom("tasks as t")
    .select("t.uuid")
    .where("t.uuid", "=", taskUUID)
    .where("t.status", "=", "queued")
    .where("t.queue", "=", queue)
    .where(sql<boolean>`not ${IS_PAID_FOR}`)
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
  const waiting = IN_QUEUE.map(
    (delivered) => sql`(select count(*) from tasks t
      where t.batch_uuid = b.uuid and t.queue = ${queue} and t.status = 'queued' and ${delivered})`,
  );
  const { rows } = await sql<{ waiting: string; slots: string; task_ms: number | null }>`
    select
      (select coalesce(sum(${sql.join(waiting, sql` + `)}), 0) from batches b where b.status = 'running') as waiting,
      (select coalesce(sum((concurrency->>${queue})::int), 0) from workers
        where ${IS_LIVING} and not draining) as slots,
      (select avg(took) from (
        select extract(epoch from ended_at - started_at)::float8 * 1000 as took from (
          select queue, status, started_at, ended_at from tasks where ended_at > now() - interval '1 hour'
          order by ended_at desc limit ${PACE_AMONG}) lately
        where queue = ${queue} and status = 'succeeded' limit ${PACE_OF}) recent) as task_ms`.execute(db);
  const { slots, task_ms: taskMs, ...row } = rows[0] ?? { waiting: "0", slots: "0", task_ms: null };
  return { waiting: Number(row.waiting), slots: Number(slots), taskMs };
}

const isAt = (provider: string) =>
  sql<boolean>`t.provider = ${provider} and t.provider <> 'local' and t.status in ('queued', 'running')`;

/** Tasks that a provider elsewhere has, waiting or under way. */
export async function countTasksAt(db: Kysely<Schema>, provider: string): Promise<number> {
  const { rows } = await sql<{ tasks: string }>`
    select count(*) as tasks from tasks t where ${isAt(provider)}`.execute(db);
  return Number(rows[0]?.tasks ?? 0);
}

/** Those of them that have asked it for nothing yet. */
export async function findUnreserved(
  db: Kysely<Schema>,
  provider: string,
  limit: number,
): Promise<(WaitingTask & { readonly model: string | null })[]> {
  const { rows } = await sql<WaitingRow & { model: string | null }>`
    select t.uuid, t.run_uuid, t.batch_uuid, t.owner_uuid, t.model
    from tasks t left join lateral (
      select c.uuid from calls c where c.task_uuid = t.uuid and c.state in ('sent', 'answered') limit 1) asked on true
    where ${isAt(provider)} and asked.uuid is null limit ${limit}`.execute(db);
  return rows.map((row) => ({ ...waitingOf(row), model: row.model }));
}
