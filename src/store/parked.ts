import { type Kysely, type RawBuilder, sql } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { CallView, ParkedTask } from "../contracts/parked.ts";
import type { Schema } from "./schema.ts";

/* Tasks that are held by a budget or uncertain, and those that ended while a call was under way that may be billed. */

interface ParkedPlace {
  readonly taskUUID: TaskUUID;
  readonly runUUID: RunUUID;
  readonly batchUUID: BatchUUID;
  readonly ownerUUID: OwnerUUID;
  readonly provider: string | null;
  readonly model: string | null;
}

/**
 * What a budget holds: of each batch at each provider some, whichever, and of many batches some of each. The oldest are not
 * taken first: those whose limit stays reached would be all that is ever looked at.
 */
export async function findHeld(db: Kysely<Schema>, limit: number): Promise<ParkedPlace[]> {
  const { rows } = await sql<{
    uuid: TaskUUID;
    run_uuid: RunUUID;
    batch_uuid: BatchUUID;
    owner_uuid: OwnerUUID;
    provider: string | null;
    model: string | null;
  }>`
    select uuid, run_uuid, batch_uuid, owner_uuid, provider, model from (
      select uuid, run_uuid, batch_uuid, owner_uuid, provider, model, seq,
        row_number() over (partition by batch_uuid, provider order by random()) as turn
      from tasks where status = 'held') held
    order by turn, random() limit ${limit}`.execute(db);
  return rows.map((row) => ({
    taskUUID: row.uuid,
    runUUID: row.run_uuid,
    batchUUID: row.batch_uuid,
    ownerUUID: row.owner_uuid,
    provider: row.provider,
    model: row.model,
  }));
}

interface ParkedFilter {
  readonly batch?: BatchUUID | undefined;
  readonly provider?: string | undefined;
  readonly status?: ParkedTask["status"] | undefined;
  readonly tasks?: readonly TaskUUID[] | undefined;
  /** Whether those that have ended are left out. */
  readonly goesOn?: boolean;
}

/**
 * Which tasks `t` wait: those that a budget holds, and all others of it are uncertain, also where they have ended and left a call.
 * @param whose a condition on rows of tasks and calls alike
 */
export const parkedOf = (whose: RawBuilder<unknown>) =>
  sql<boolean>`t.status not in ('waiting', 'queued', 'running', 'review')
    and t.uuid in (select uuid from tasks where status in ('held', 'uncertain') and ${whose}
      union select task_uuid from calls where state = 'uncertain' and ${whose})`;

/** What waits at all, or what of it is meant. */
const meant = (owner: OwnerUUID, { batch, provider, status, tasks, goesOn = false }: ParkedFilter) =>
  sql<boolean>`t.owner_uuid = ${owner} and ${parkedOf(sql`owner_uuid = ${owner}`)}
    and ${goesOn ? sql`t.status in ('held', 'uncertain')` : sql`true`}
    and ${tasks === undefined ? sql`true` : sql`t.uuid = any(${tasks}::uuid[])`}
    and ${status === undefined ? sql`true` : sql`(t.status = 'held') = ${status === "held"}`}
    and ${provider === undefined ? sql`true` : sql`t.provider = ${provider}`}
    and ${batch === undefined ? sql`true` : sql`t.batch_uuid = ${batch}`}`;

/** Those that came to wait at that time or before, the longest waiting first. */
export async function findParked(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  filter: ParkedFilter,
  { until, limit }: { readonly until: Date; readonly limit: number },
): Promise<TaskUUID[]> {
  const rows = await db
    .selectFrom("tasks as t")
    .select("t.uuid")
    .where(meant(owner, filter))
    .where(sql<boolean>`coalesce(t.queued_at, t.created_at) <= ${until}`)
    .orderBy("t.queued_at")
    .orderBy("t.uuid")
    .limit(limit)
    .execute();
  return rows.map(({ uuid }) => uuid);
}

export async function listParked(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  { limit, ...filter }: ParkedFilter & { readonly limit: number },
): Promise<{ readonly tasks: ParkedTask[]; readonly total: number }> {
  const rows = await db
    .selectFrom("tasks as t")
    .innerJoin("runs as r", "r.uuid", "t.run_uuid")
    .select([
      "t.uuid",
      "t.run_uuid",
      "t.batch_uuid",
      "t.step",
      "t.status",
      "t.provider",
      "t.model",
      "t.error",
    ])
    .select(["t.queued_at", "r.file", sql<string>`count(*) over ()`.as("total")])
    .where(meant(owner, filter))
    .orderBy("t.queued_at")
    .orderBy("t.uuid")
    .limit(limit)
    .execute();
  const calls = await listCalls(
    db,
    rows.map(({ uuid }) => uuid),
  );
  const tasks = rows.map(
    (row): ParkedTask => ({
      taskUUID: row.uuid,
      runUUID: row.run_uuid,
      batchUUID: row.batch_uuid,
      file: row.file,
      step: row.step,
      status: row.status === "held" ? "held" : "uncertain",
      hasEnded: row.status !== "held" && row.status !== "uncertain",
      provider: row.provider,
      model: row.model,
      error: row.error,
      since: row.queued_at?.toISOString() ?? null,
      calls: calls.get(row.uuid) ?? [],
    }),
  );
  return { tasks, total: Number(rows[0]?.total ?? 0) };
}

/** How many an owner has of each. */
export async function countParked(
  db: Kysely<Schema>,
  owner: OwnerUUID,
): Promise<Readonly<Record<ParkedTask["status"], number>>> {
  const { rows } = await sql<{ held: string; uncertain: string }>`
    select count(*) filter (where t.status = 'held') as held, count(*) filter (where t.status <> 'held') as uncertain
    from tasks t where ${meant(owner, {})}`.execute(db);
  return { held: Number(rows[0]?.held ?? 0), uncertain: Number(rows[0]?.uncertain ?? 0) };
}

async function listCalls(
  db: Kysely<Schema>,
  tasks: readonly TaskUUID[],
): Promise<ReadonlyMap<TaskUUID, CallView[]>> {
  const byTask = new Map<TaskUUID, CallView[]>(tasks.map((uuid) => [uuid, []]));
  if (tasks.length === 0) return byTask;
  const rows = await db
    .selectFrom("calls")
    .select(["uuid", "task_uuid", "provider", "model", "region", "state", "reserved_cost", "real_cost"])
    .select(["provider_id", "error", "sent_at", "ended_at"])
    .where("task_uuid", "in", [...tasks])
    .orderBy("created_at")
    .execute();
  for (const row of rows) {
    byTask.get(row.task_uuid)?.push({
      callUUID: row.uuid,
      provider: row.provider,
      model: row.model,
      region: row.region,
      state: row.state,
      reservedCost: Number(row.reserved_cost),
      realCost: row.real_cost === null ? null : Number(row.real_cost),
      providerId: row.provider_id,
      error: row.error,
      sentAt: row.sent_at?.toISOString() ?? null,
      endedAt: row.ended_at?.toISOString() ?? null,
    });
  }
  return byTask;
}

interface Leftover extends Pick<ParkedPlace, "taskUUID" | "runUUID" | "batchUUID" | "ownerUUID"> {
  readonly callUUID: string;
  readonly step: string;
  /** Whether it may be on a bill. */
  readonly isPaid: boolean;
}

/**
 * Calls that nobody will ask for any more: their tasks are done, cancelled say.
 * @param afterMs since they were sent: whoever is just ending one has this time
 */
export async function findLeftovers(db: Kysely<Schema>, afterMs: number, limit: number): Promise<Leftover[]> {
  const rows = await db
    .selectFrom("calls as c")
    .innerJoin("tasks as t", "t.uuid", "c.task_uuid")
    .select(["c.uuid", "t.uuid as task", "t.run_uuid", "t.batch_uuid", "t.owner_uuid", "t.step"])
    .select(sql<boolean>`c.reserved_cost > 0`.as("paid"))
    .where("c.state", "=", "sent")
    .where("c.sent_at", "<", sql<Date>`now() - ${afterMs} * interval '1 millisecond'`)
    .where("t.status", "in", ["succeeded", "cached", "skipped", "failed", "cancelled"])
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    callUUID: row.uuid,
    taskUUID: row.task,
    runUUID: row.run_uuid,
    batchUUID: row.batch_uuid,
    ownerUUID: row.owner_uuid,
    step: row.step,
    isPaid: row.paid,
  }));
}

/** @returns false where there is no such batch of this owner */
export async function setBatchBudget(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  batchUUID: BatchUUID,
  maxCost: number | null,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("batches")
    .set({ max_cost: maxCost })
    .where("uuid", "=", batchUUID)
    .where("owner_uuid", "=", owner)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
