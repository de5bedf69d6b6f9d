import { type Kysely, sql } from "kysely";
import type { TaskUUID } from "../contracts/ids.ts";
import { RELAXED } from "./relaxed.ts";
import type { Schema } from "./schema.ts";

export interface ReadyDelivery {
  readonly taskUUID: TaskUUID;
  readonly queue: string;
  readonly delivery: number;
  readonly priority: number;
  readonly delayMs: number;
}

interface ReadyRow {
  uuid: TaskUUID;
  queue: string;
  delivery: number;
  priority: number;
  delay_ms: number;
}

/** What an owner whom nobody waits beside may have in hand of a queue, in shares of a batch: enough that no worker waits for more. */
const SHARES_ALONE = 8;

/**
 * Marks ready tasks as handed to the queue and returns them, at most `perGroup` of a batch and queue outstanding at a time: an interactive
 * call never waits behind 20,000. Owners take turns: of each no more than `perGroup` are outstanding in a queue where others want something
 * of it, too, over all batches (of which every single run is one), and eight times that where it is alone; what is asked
 * for at once and what is not are counted apart. Owners and their oldest batches are found by loose index scans, so the cost follows what may
 * be in hand, not what waits, but for batches that wait and can have nothing (paused, full, not due yet): those are passed one by one.
 * What is full is filled up when a quarter of it is free, its tasks ordered by model: workers that cannot keep all models loaded change models once in many tasks. Owners with a limit have no more than that in hand, over all queues.
 * @param horizonMs retries due within it are handed over already, as delayed deliveries.
 */
export async function takeReady(
  db: Kysely<Schema>,
  perGroup: number,
  horizonMs: number,
): Promise<ReadyDelivery[]> {
  const { rows } = await sql<ReadyRow>`/* prepare:take-ready */
    with recursive relaxed as materialized (${RELAXED}),
    ${groupsWithRoom(perGroup, horizonMs)},
    ${sharesOfOwners(perGroup)},
    picked as (
      select t.uuid, row_number() over (partition by r.batch_uuid, r.queue order by t.priority desc, t.model, t.seq) as turn,
        r.queue, r.priority as batch_priority, r.owner_uuid, r.at_once, r.share, r.nth
      from ranked r, relaxed, lateral (
        select uuid, priority, model, seq from tasks q where ${isWaiting("q")}
          and q.batch_uuid = r.batch_uuid and q.queue = r.queue and q.at_once = r.at_once and ${isDue(horizonMs)}
        order by q.priority desc, q.seq limit r.wanted for update skip locked
      ) t
    ),
    /* Of owners that may have only so many tasks in hand: what workers hold and what lies in the queue for them. */
    owned as materialized (
      select o.uuid, o.tasks_at_once
        - (select count(*) from tasks d where d.status = 'running' and d.owner_uuid = o.uuid)
        - (select count(*) from tasks d where d.status = 'queued' and d.delivered_at is not null and d.owner_uuid = o.uuid) as free
      from owners o where o.tasks_at_once is not null
    ),
    allowed as (
      select p.*, o.free, row_number() over (partition by p.owner_uuid order by p.turn, p.nth, p.uuid) as place,
        row_number() over (partition by p.owner_uuid, p.queue, p.at_once order by p.turn, p.nth, p.uuid) as seat
      from picked p left join owned o on o.uuid = p.owner_uuid
    ),
    taken as (
      update tasks t set delivered_at = now(), delivery = t.delivery + 1 from allowed p
      where t.uuid = p.uuid and p.seat <= p.share and (p.free is null or p.place <= p.free)
      returning t.uuid, t.queue, t.delivery, p.seat, p.batch_priority as priority,
        greatest(0, extract(epoch from t.ready_at - now()) * 1000)::int as delay_ms
    )
    select uuid, queue, delivery, priority, coalesce(delay_ms, 0) as delay_ms from taken order by seat, uuid`.execute(
    db,
  );
  return rows.map((row) => ({
    taskUUID: row.uuid,
    queue: row.queue,
    delivery: row.delivery,
    priority: row.priority,
    delayMs: row.delay_ms,
  }));
}

const isDue = (horizonMs: number) =>
  sql`(q.ready_at is null or q.ready_at <= now() + ${horizonMs} * interval '1 millisecond')`;

/** What is ready and in nobody's hand: the terms of the indices that hold nothing else. */
const isWaiting = (task: string) =>
  sql`${sql.ref(`${task}.status`)} = 'queued' and ${sql.ref(`${task}.delivered_at`)} is null`;

/**
 * CTEs that end in `room`: batches of which something can be handed out, and how much; and what is `handed` out already. Of each owner's
 * batches in a queue only the oldest are walked to that it may have a task of in hand. Their conditions stand in subqueries, which are asked
 * batch by batch: a join would ask for all before the limit.
 */
const groupsWithRoom = (perGroup: number, horizonMs: number) => sql`
    owners_waiting as (
      (select queue, owner_uuid, at_once from tasks t where ${isWaiting("t")} order by queue, owner_uuid, at_once limit 1)
      union all
      select n.* from owners_waiting o, lateral (
        select queue, owner_uuid, at_once from tasks t where ${isWaiting("t")}
          and (queue, owner_uuid, at_once) > (o.queue, o.owner_uuid, o.at_once) order by queue, owner_uuid, at_once limit 1
      ) n
    ),
    handed as materialized (
      select queue, owner_uuid, at_once, count(*) as n from tasks where status = 'queued' and delivered_at is not null
      group by queue, owner_uuid, at_once
    ),
    room as materialized (
      select o.queue, o.owner_uuid, o.at_once, w.* from (
        select *, greatest(${perGroup}::int, ${perGroup * SHARES_ALONE}::int / count(*) over (partition by queue)) as most
        from owners_waiting where queue not in (select queue from paused_queues)
      ) o, lateral (
        with recursive walk as (
          (select batch_uuid from tasks t where ${isWaiting("t")} and t.queue = o.queue and t.owner_uuid = o.owner_uuid
            and t.at_once = o.at_once order by batch_uuid limit 1)
          union all
          select n.batch_uuid from walk, lateral (
            select batch_uuid from tasks t where ${isWaiting("t")} and t.queue = o.queue and t.owner_uuid = o.owner_uuid
              and t.at_once = o.at_once and t.batch_uuid > walk.batch_uuid order by batch_uuid limit 1
          ) n
        )
        select walk.batch_uuid, b.priority, b.created_at, f.free from walk,
          lateral (select priority, created_at from batches where uuid = walk.batch_uuid and status = 'running' offset 0) b,
          lateral (select ${perGroup} - count(*) as free from tasks h where h.status = 'queued' and h.delivered_at is not null
            and h.batch_uuid = walk.batch_uuid and h.queue = o.queue) f
        where f.free * 4 >= ${perGroup} and (select true from tasks q where ${isWaiting("q")}
          and q.batch_uuid = walk.batch_uuid and q.queue = o.queue and ${isDue(horizonMs)} limit 1)
        limit o.most
      ) w
    )`;

/** CTEs that end in `ranked`: of whose batches how much is `wanted`, so that owners have equal shares. */
const sharesOfOwners = (perGroup: number) => sql`
    crowds as materialized (
      select queue, count(distinct owner_uuid) as owners
      from (select queue, owner_uuid from room union all select queue, owner_uuid from handed) wanting group by queue
    ),
    shares as materialized (
      select r.owner_uuid, r.queue, r.at_once, r.batches,
        ${mostOf(perGroup)} as most,
        ${mostOf(perGroup)} - coalesce((select sum(h.n) from handed h
          where h.owner_uuid = r.owner_uuid and h.queue = r.queue and h.at_once = r.at_once), 0) as free
      from (select owner_uuid, queue, at_once, count(*) as batches from room group by owner_uuid, queue, at_once) r
        join crowds c on c.queue = r.queue
    ),
    /* Of more batches than there is room for none need be looked into. First come those that have least in hand, of them the oldest. */
    ranked as (
      select r.*, s.free as share, least(r.free, ceil(s.free / s.batches))::bigint as wanted
      from (select *, row_number() over (partition by owner_uuid, queue, at_once order by free desc, created_at, batch_uuid)
        as nth from room) r
        join shares s on s.owner_uuid = r.owner_uuid and s.queue = r.queue and s.at_once = r.at_once
      where s.free * 4 >= s.most and r.nth <= s.free
    )`;

const mostOf = (perGroup: number) =>
  sql`case when c.owners > 1 then ${perGroup}::int else ${perGroup * SHARES_ALONE}::int end`;

export interface StaleDelivery {
  readonly taskUUID: TaskUUID;
  readonly delivery: number;
  readonly queue: string;
}

/**
 * Deliveries older than `olderThanMs` that no worker has leased: the sweeper asks the queue which of them still live.
 * @param after the last one of the page before; those that live must not hide the lost ones behind them
 */
export async function findStaleDeliveries(
  db: Kysely<Schema>,
  olderThanMs: number,
  limit: number,
  after: StaleDelivery | null = null,
): Promise<StaleDelivery[]> {
  const rows = await db
    .selectFrom("tasks")
    .select(["uuid", "delivery", "queue"])
    .where("status", "=", "queued")
    .where("delivered_at", "<", sql<Date>`now() - ${olderThanMs} * interval '1 millisecond'`)
    .where((eb) => eb.or([eb("ready_at", "is", null), eb("ready_at", "<", sql<Date>`now()`)]))
    .where((eb) => (after === null ? eb.lit(true) : eb("uuid", ">", after.taskUUID)))
    .orderBy("uuid")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ taskUUID: row.uuid, delivery: row.delivery, queue: row.queue }));
}

/** These deliveries are gone from the queue: their tasks are handed over anew, under the next number. */
export async function forgetDeliveries(
  db: Kysely<Schema>,
  lost: readonly { taskUUID: TaskUUID; delivery: number }[],
): Promise<void> {
  const uuids = lost.map((delivery) => delivery.taskUUID);
  const numbers = lost.map((delivery) => delivery.delivery);
  await sql`
    update tasks t set delivered_at = null
    from unnest(${uuids}::uuid[], ${numbers}::int[]) as w(uuid, delivery)
    where t.uuid = w.uuid and t.delivery = w.delivery and t.status = 'queued'`.execute(db);
}
