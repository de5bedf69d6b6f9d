import { type Kysely, sql } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { SpendingCaps } from "../contracts/provider.ts";
import type { ErrorRecord } from "../errors.ts";
import { toJson } from "./json.ts";
import { isHeldBy } from "./leases.ts";
import { type Budget, COUNTED, exceeded, lockSpending, readBudgets } from "./ledger.ts";
import type { Schema } from "./schema.ts";
import type { CallState } from "./schema-calls.ts";

/* Every request to a remote provider is a row, committed with its reserved price before it is sent. What a row says is
   never taken back: a call ends once, and whoever comes later changes nothing. */

/** Who makes a call: an attempt that still holds its task. */
export interface CallMaker {
  readonly taskUUID: TaskUUID;
  readonly attempt: number;
  /** UUID: whether it still holds it. */
  readonly lease: string;
  readonly runUUID: RunUUID;
  readonly batchUUID: BatchUUID;
  readonly ownerUUID: OwnerUUID;
}

export interface NewCall {
  readonly callUUID: string;
  readonly maker: CallMaker;
  /** 0-based; 0 where the picture has no regions. */
  readonly region: number;
  /** Digest of what is asked for: the same for the same request of a later attempt. */
  readonly key: string;
  readonly provider: string;
  readonly model: string;
  /** USD. */
  readonly price: number;
  readonly caps: SpendingCaps;
  /** What is asked for, without pictures and keys. */
  readonly request: object;
}

export type Reservation =
  | { readonly kind: "reserved" }
  | { readonly kind: "exceeds"; readonly budget: Budget }
  /** The attempt has lost its task: nothing was written. */
  | { readonly kind: "lost" };

/**
 * Writes a call down as sent, with its price reserved, if there is room for it under every limit. Whoever reserves at this
 * provider meanwhile waits, so that limits hold across workers. Durable before it returns.
 */
export function reserveCall(db: Kysely<Schema>, call: NewCall): Promise<Reservation> {
  const { maker, provider, price } = call;
  return db.transaction().execute(async (transaction): Promise<Reservation> => {
    await sql`select set_config('synchronous_commit', 'on', true)`.execute(transaction);
    await lockSpending(transaction, { provider, batch: maker.batchUUID, owner: maker.ownerUUID });
    /* Before the task's, as everywhere: what is reserved is written into both. */
    if (price > 0)
      await sql`select from runs where uuid = ${maker.runUUID} for no key update`.execute(transaction);
    const held = await transaction
      .selectFrom("tasks")
      .select("uuid")
      .where(isHeldBy(maker))
      .forShare()
      .executeTakeFirst();
    if (held === undefined) return { kind: "lost" };
    const { ownerUUID: owner, batchUUID: batch, runUUID: run } = maker;
    const budgets =
      price === 0 ? [] : await readBudgets(transaction, { owner, batch, run, provider }, call.caps);
    const budget = exceeded(budgets, price);
    if (budget !== null) return { kind: "exceeds", budget };
    await insertCall(transaction, call);
    return { kind: "reserved" };
  });
}

async function insertCall(db: Kysely<Schema>, call: NewCall): Promise<void> {
  const { callUUID, maker, region, key, provider, model, price, request } = call;
  const { taskUUID, attempt, runUUID, batchUUID, ownerUUID } = maker;
  await sql`
    with written as (
      insert into calls (uuid, task_uuid, attempt, region, provider, model, key, state, reserved_cost, request, sent_at,
        owner_uuid, batch_uuid, run_uuid)
      values (${callUUID}, ${taskUUID}, ${attempt}, ${region}, ${provider}, ${model}, ${key}, 'sent', ${price},
        ${toJson(request)}::jsonb, now(), ${ownerUUID}, ${batchUUID}, ${runUUID})
      returning uuid, owner_uuid, batch_uuid, run_uuid, task_uuid, provider, reserved_cost
    ),
    booked as (
      insert into ledger (owner_uuid, batch_uuid, run_uuid, task_uuid, call_uuid, provider, kind, amount)
      select owner_uuid, batch_uuid, run_uuid, task_uuid, uuid, provider, 'reserve', reserved_cost
      from written where reserved_cost > 0
      returning run_uuid, task_uuid, amount
    ), ${ADD_BOOKED}
    select 1`.execute(db);
}

/**
 * CTEs that follow `booked`, entries of the ledger: what a task and its run cost is the sum of what is booked for their calls,
 * whatever became of the attempt that made them.
 */
const ADD_BOOKED = sql`
    counted as (
      select run_uuid, task_uuid, sum(amount) as amount from booked group by run_uuid, task_uuid having sum(amount) <> 0
    ),
    of_run as (update runs r set cost = coalesce(r.cost, 0) + c.amount from counted c where r.uuid = c.run_uuid),
    of_task as (update tasks t set cost = coalesce(t.cost, 0) + c.amount from counted c where t.uuid = c.task_uuid)`;

/** A call as it stands. */
export interface CallRecord {
  readonly callUUID: string;
  /** The instance that it was sent to. */
  readonly provider: string;
  readonly state: CallState;
  /** Milliseconds since it was first sent, by the clock of the database. */
  readonly ageMs: number;
  readonly reservedCost: number;
  readonly realCost: number | null;
  readonly answer: object | null;
  readonly error: ErrorRecord | null;
}

/** The last call that this task made for the same thing, unless it certainly came to nothing. */
export async function findCall(
  db: Kysely<Schema>,
  taskUUID: TaskUUID,
  key: string,
): Promise<CallRecord | null> {
  const row = await db
    .selectFrom("calls")
    .select(["uuid", "provider", "state", "reserved_cost", "real_cost", "answer", "error"])
    .select(sql<number>`extract(epoch from now() - coalesce(sent_at, created_at)) * 1000`.as("age"))
    .where("task_uuid", "=", taskUUID)
    .where("key", "=", key)
    .where("state", "in", ["sent", "answered", "uncertain"])
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    callUUID: row.uuid,
    provider: row.provider,
    state: row.state,
    ageMs: Number(row.age),
    reservedCost: Number(row.reserved_cost),
    realCost: row.real_cost === null ? null : Number(row.real_cost),
    answer: row.answer,
    error: row.error,
  };
}

export interface CallEnd {
  readonly state: Exclude<CallState, "reserved" | "sent">;
  /** USD; null = not told: what was reserved counts. */
  readonly cost?: number | null;
  readonly providerId?: string | null;
  readonly answer?: object | null;
  readonly error?: ErrorRecord | null;
  /**
   * Whoever says so, where that holds for this attempt alone: nothing is written where another has had the task since, for that
   * one may have sent the call, too.
   */
  readonly by?: Pick<CallMaker, "attempt" | "lease">;
}

/** What a call counts for in the ledger, by its state. `uncertain` stays reserved: it may yet be billed. */
const BOOKED: Readonly<Record<CallEnd["state"], "settle" | "release" | null>> = {
  answered: "settle",
  failed: "release",
  absent: "release",
  uncertain: null,
};

/** What a call came to when it ended: what was told, else what was reserved. */
export interface Spent {
  readonly provider: string;
  /** USD; of one that was uncertain, only what it came to beyond what it counted for already. */
  readonly usd: number;
}

/**
 * Ends a call and books it, once: one that has ended stays as it is, but what is uncertain can still be found out.
 * @returns null where it was not this end that was written
 */
export async function endCall(db: Kysely<Schema>, callUUID: string, end: CallEnd): Promise<Spent | null> {
  const { state, cost = null, providerId = null, answer = null, error = null, by } = end;
  const booked = BOOKED[state];
  /* The run's row comes first, as everywhere: who erases a run holds it, and wants its calls. */
  const { rows } = await sql<{ provider: string; usd: string }>`
    with durable as materialized (select set_config('synchronous_commit', 'on', true)),
    held as materialized (
      select r.uuid from runs r join calls c on c.run_uuid = r.uuid where c.uuid = ${callUUID} for no key update of r
    ),
    /* Locked, so that it is how it stands when this end is written: another may have been a moment before. */
    was as materialized (
      select c.state as before from calls c ${by === undefined ? sql`` : sql`join tasks t on ${isLastAttempt(by)}`},
        (select count(*) from held) locked
      where c.uuid = ${callUUID} for no key update of c ${by === undefined ? sql`` : sql`for share of t`}
    ),
    ended as (
      update calls c set state = ${state}, real_cost = ${cost}::numeric, provider_id = ${providerId},
        answer = nullif(${toJson(answer)}::jsonb, 'null'::jsonb), error = nullif(${toJson(error)}::jsonb, 'null'::jsonb),
        ended_at = now()
      from durable, was
      where c.uuid = ${callUUID} and (c.state = 'sent' or (c.state = 'uncertain' and ${state} <> 'uncertain'))
      returning c.uuid, c.owner_uuid, c.batch_uuid, c.run_uuid, c.task_uuid, c.provider, c.state, c.reserved_cost, c.real_cost,
        was.before
    ),
    booked as (
      insert into ledger (owner_uuid, batch_uuid, run_uuid, task_uuid, call_uuid, provider, kind, amount)
      select owner_uuid, batch_uuid, run_uuid, task_uuid, uuid, provider, kind, amount
      from ended, lateral (values
        ('release', -reserved_cost), ('settle', coalesce(real_cost, reserved_cost))) as entry(kind, amount)
      where amount <> 0 and ${booked === null ? sql`false` : booked === "settle" ? sql`true` : sql`kind = 'release'`}
      returning run_uuid, task_uuid, amount
    ), ${ADD_BOOKED}
    select provider, greatest(0, ${COUNTED} - case when before = 'uncertain' then reserved_cost else 0 end) as usd
    from ended c`.execute(db);
  const [spent] = rows;
  return spent === undefined ? null : { provider: spent.provider, usd: Number(spent.usd) };
}

/** Locked, so that nobody else is given the task, and looks for the call, before this end is written. */
const isLastAttempt = ({ attempt, lease }: Pick<CallMaker, "attempt" | "lease">) => sql`
  t.uuid = c.task_uuid and t.attempt = ${attempt} and coalesce(t.lease_uuid, ${lease}) = ${lease}`;

/** A call that is not known here yet to have ended, though its task has no use for it any more. */
export async function callsOfTask(db: Kysely<Schema>, taskUUID: TaskUUID, states: readonly CallState[]) {
  return db
    .selectFrom("calls")
    .select(["uuid", "state", "reserved_cost", "real_cost"])
    .where("task_uuid", "=", taskUUID)
    .where("state", "in", [...states])
    .orderBy("created_at")
    .execute();
}

/** Those of the tasks that have a call which was sent, may be on a bill, and whose end is not known. */
export async function findOpenCalls(
  db: Kysely<Schema>,
  tasks: readonly { readonly taskUUID: TaskUUID }[],
): Promise<ReadonlySet<TaskUUID>> {
  if (tasks.length === 0) return new Set();
  const uuids = tasks.map(({ taskUUID }) => taskUUID);
  const rows = await db
    .selectFrom("calls")
    .select("task_uuid")
    .where("task_uuid", "in", uuids)
    .where("state", "in", ["sent", "uncertain"])
    .where("reserved_cost", ">", "0")
    .execute();
  return new Set(rows.map(({ task_uuid }) => task_uuid));
}

/** When the next call may begin: milliseconds from now, and the one after it a beat later. Of all workers together. */
export async function takeTurn(db: Kysely<Schema>, provider: string, perSecond: number): Promise<number> {
  const beat = 1000 / perSecond;
  const { rows } = await sql<{ wait: number }>`
    insert into provider_paces as p (provider, next_at)
    values (${provider}, clock_timestamp() + ${beat} * interval '1 millisecond')
    on conflict (provider) do update set
      next_at = greatest(p.next_at, clock_timestamp()) + ${beat} * interval '1 millisecond'
    returning extract(epoch from next_at - clock_timestamp()) * 1000 - ${beat}::float8 as wait`.execute(db);
  return Math.max(0, Number(rows[0]?.wait ?? 0));
}
