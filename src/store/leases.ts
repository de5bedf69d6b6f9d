import { type ExpressionBuilder, type Kysely, sql } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { TaskType } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";
import { statusIs } from "./by-key.ts";
import { retryOnDeadlock } from "./deadlock.ts";
import { toJson } from "./json.ts";
import { RELAXED } from "./relaxed.ts";
import type { Schema } from "./schema.ts";
import { waitForDisk } from "./wait-for-disk.ts";

/** What a worker gets when a task is its own for a while. */
export interface LeasedTask extends LeaseKey {
  readonly runUUID: RunUUID;
  readonly batchUUID: BatchUUID;
  readonly ownerUUID: OwnerUUID;
  readonly step: string;
  readonly taskType: TaskType;
  readonly attempt: number;
  readonly queue: string;
  /** From ready to leased. */
  readonly waitedMs: number;
  /** Of its run, where that is traced. */
  readonly traceparent: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly seed: number | null;
  /** Asked for anew although it is known: the cache is not read. */
  readonly fresh: boolean;
  readonly input: unknown;
}

export interface LeaseKey {
  readonly taskUUID: TaskUUID;
  /**
   * UUID: the fencing token of everything that the attempt commits. Its number alone would not do: leases do not wait for the
   * disk, and where a crash of the database forgets one, the next attempt has the same number again.
   */
  readonly lease: string;
}

interface LeasedRow {
  uuid: TaskUUID;
  run_uuid: RunUUID;
  batch_uuid: BatchUUID;
  owner_uuid: OwnerUUID;
  step: string;
  task_type: TaskType;
  attempt: number;
  lease: string;
  queue: string;
  waited: number;
  traceparent: string | null;
  provider: string | null;
  model: string | null;
  seed: string | null;
  fresh: boolean;
  input: unknown;
}

/**
 * Leases those of the delivered tasks that are still waiting for exactly this delivery; the others are done, cancelled,
 * leased elsewhere or delivered anew, and are left out. One statement for any number of tasks.
 */
export async function leaseTasks(
  db: Kysely<Schema>,
  deliveries: readonly { taskUUID: TaskUUID; delivery: number }[],
  worker: string,
  leaseMs: number,
): Promise<LeasedTask[]> {
  const uuids = deliveries.map((delivery) => delivery.taskUUID);
  const wanted = deliveries.map(({ taskUUID, delivery }) => ({ uuid: taskUUID, delivery }));
  const query = sql<LeasedRow>`/* prepare:lease */
    with relaxed as materialized (${RELAXED}),
    leased as (
      update tasks t set status = 'running', attempt = t.attempt + 1, lease_worker = ${worker},
        lease_uuid = gen_random_uuid(), lease_expires_at = now() + ${leaseMs} * interval '1 millisecond', started_at = coalesce(t.started_at, now())
      from jsonb_to_recordset(${toJson(wanted)}::jsonb) as w(uuid uuid, delivery int), relaxed
      where t.uuid = any(${uuids}::uuid[]) and t.uuid = w.uuid and t.delivery = w.delivery
        and ${statusIs("t", "queued")} and t.delivered_at is not null
      returning t.uuid, t.run_uuid, t.batch_uuid, t.owner_uuid, t.step, t.element, t.task_type, t.attempt, t.queue, t.provider,
        t.model, t.seed, t.fresh, t.input, t.queued_at, t.ready_at, t.lease_worker,
        t.lease_uuid
    ),
    opened as (
      insert into attempts (task_uuid, number, worker) select uuid, attempt, ${worker} from leased
    ),
    begun as (
      update runs r set status = 'running', started_at = now()
      from (select distinct run_uuid from leased) l where r.uuid = l.run_uuid
        and ${statusIs("r", "queued")}
      returning r.uuid, r.batch_uuid, r.owner_uuid
    ),
    noted as (
      insert into events (type, owner_uuid, batch_uuid, run_uuid, task_uuid, data)
      select 'run.started', owner_uuid, batch_uuid, uuid, null, '{}'::jsonb from begun
      union all
      select 'task.started', owner_uuid, batch_uuid, run_uuid, uuid,
        jsonb_strip_nulls(jsonb_build_object('step', step, 'element', element, 'attempt', attempt, 'worker', lease_worker))
      from leased
    )
    select uuid, run_uuid, batch_uuid, owner_uuid, step, task_type, attempt, lease_uuid as lease, queue, provider, model, seed, fresh,
      input, greatest(0, extract(epoch from now() - greatest(queued_at, ready_at)) * 1000)::float8 as waited,
      (select r.traceparent from runs r where r.uuid = run_uuid) as traceparent from leased`;
  const { rows } = await retryOnDeadlock(() => query.execute(db));
  return rows.map((row) => ({
    taskUUID: row.uuid,
    runUUID: row.run_uuid,
    batchUUID: row.batch_uuid,
    ownerUUID: row.owner_uuid,
    step: row.step,
    taskType: row.task_type,
    attempt: row.attempt,
    lease: row.lease,
    queue: row.queue,
    waitedMs: row.waited,
    traceparent: row.traceparent,
    provider: row.provider,
    model: row.model,
    seed: row.seed === null ? null : Number(row.seed),
    fresh: row.fresh,
    input: row.input,
  }));
}

/**
 * Prolongs the leases a worker still holds.
 * @returns those; what is missing is no longer its own and must be aborted
 */
export async function renewLeases(
  db: Kysely<Schema>,
  leases: readonly LeaseKey[],
  worker: string,
  leaseMs: number,
): Promise<HeldLeases> {
  const uuids = leases.map((lease) => lease.taskUUID);
  const tokens = leases.map(({ lease }) => lease);
  const query = sql<HeldRow>`/* prepare:renew */
    with relaxed as materialized (${RELAXED})
    update tasks t set lease_expires_at = now() + ${leaseMs} * interval '1 millisecond'
    from unnest(${uuids}::uuid[], ${tokens}::uuid[]) as w(uuid, lease), relaxed
    where t.uuid = any(${uuids}::uuid[]) and t.uuid = w.uuid and t.lease_uuid = w.lease and t.lease_worker = ${worker}
      and ${statusIs("t", "running")}
    returning t.uuid, t.lease_uuid as lease`;
  const { rows } = await retryOnDeadlock(() => query.execute(db));
  return heldLeases(rows);
}

/** Those of a worker's leases that nobody took from it: the same question as `renewLeases`, and nothing is written. */
export async function findHeldLeases(
  db: Kysely<Schema>,
  leases: readonly LeaseKey[],
  worker: string,
): Promise<HeldLeases> {
  const uuids = leases.map((lease) => lease.taskUUID);
  const tokens = leases.map(({ lease }) => lease);
  const { rows } = await sql<HeldRow>`/* prepare:held */
    select t.uuid, t.lease_uuid as lease from unnest(${uuids}::uuid[], ${tokens}::uuid[]) as w(uuid, lease)
    join tasks t on t.uuid = w.uuid and t.lease_uuid = w.lease and t.lease_worker = ${worker}
      and ${statusIs("t", "running")}`.execute(db);
  return heldLeases(rows);
}

/**
 * That a lease is held and outlives a crash of the database, with all that led to it. For what is about to be done elsewhere:
 * if the lease were forgotten, the attempt before it would have the task again, and would speak for what this one has done.
 * @throws CANCELLED where it is not
 */
export async function requireHeldForGood(db: Kysely<Schema>, held: HeldTask): Promise<void> {
  /* In this order: what a crash took before the disk was waited for is not found afterwards. */
  await waitForDisk(db);
  const row = await db.selectFrom("tasks").select("uuid").where(isHeldBy(held)).executeTakeFirst();
  if (row === undefined) throw lostTask();
}

type HeldTask = LeaseKey & Pick<LeasedTask, "attempt">;

/** Of a row of `tasks`: whether that attempt has it. A worker of the version before leaves the UUID as it was. */
export const isHeldBy =
  ({ taskUUID, attempt, lease }: HeldTask) =>
  ({ and }: ExpressionBuilder<Schema, "tasks">) =>
    and({ uuid: taskUUID, attempt, lease_uuid: lease, status: "running" });

export const lostTask = (): MaskloomError =>
  new MaskloomError("CANCELLED", "the task is no longer this worker's");

/** Leases by their tasks: each has only one at a time. */
export type HeldLeases = ReadonlyMap<TaskUUID, string>;

interface HeldRow {
  uuid: TaskUUID;
  lease: string;
}

const heldLeases = (rows: readonly HeldRow[]): HeldLeases =>
  new Map(rows.map(({ uuid, lease }) => [uuid, lease]));

/** Those of the tasks that somebody works on, or will. */
export async function findUnended(db: Kysely<Schema>, uuids: readonly TaskUUID[]): Promise<Set<TaskUUID>> {
  const rows = await db
    .selectFrom("tasks")
    .select("uuid")
    .where("uuid", "in", uuids)
    .where("status", "in", ["queued", "running"])
    .execute();
  return new Set(rows.map((row) => row.uuid));
}

/** The leases of a worker known to be dead end at once, rather than when they run out. */
export async function endLeasesOf(db: Kysely<Schema>, worker: string): Promise<void> {
  await db
    .updateTable("tasks")
    .set({ lease_expires_at: sql<Date>`now()` })
    .where("lease_worker", "=", worker)
    .where("status", "=", "running")
    .execute();
}
