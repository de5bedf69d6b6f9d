import { type Kysely, type RawBuilder, sql } from "kysely";
import type { NotificationKind } from "../config/notification-settings.ts";
import { Notification } from "../contracts/notification.ts";
import { parseAs } from "../errors.ts";
import type { Schema } from "./schema.ts";

export interface NotificationRules {
  readonly kinds: readonly NotificationKind[];
  readonly failureRate: number;
}

export interface DueNotification {
  readonly uuid: string;
  /** Made so far. */
  readonly attempts: number;
  readonly notification: Notification;
}

/** What ended before anybody was to be told is old news. */
const NEWS = sql`now() - interval '1 hour'`;
/** Of fewer runs a share says little. */
const LEAST_ENDED = 20;

/** Writes down what there is to tell and was not told yet. Keys make that safe to do at any time, by any process. */
export async function noteNotifications(
  db: Kysely<Schema>,
  { kinds, failureRate }: NotificationRules,
): Promise<number> {
  const found: Readonly<Record<NotificationKind, RawBuilder<unknown>>> = {
    "batch.ended": endedBatches,
    "batch.failing": failingBatches(failureRate),
    "budget.reached": heldBatches,
  };
  const parts = kinds.map((kind) => found[kind]);
  if (parts.length === 0) return 0;
  const { rows } = await sql<{ uuid: string }>`
    insert into notifications (key, body)
    select key, body from (${sql.join(parts, sql` union all `)}) found
    where not exists (select from notifications n where n.key = found.key)
    on conflict (key) do nothing returning uuid`.execute(db);
  return rows.length;
}

const ABOUT = sql`'batchUUID', b.uuid, 'workflow', b.workflow_name, 'owner', o.name`;

const endedBatches = sql`
  select 'batch.ended:' || b.uuid || ':' || extract(epoch from b.ended_at) as key,
    jsonb_build_object('type', 'batch.ended', ${ABOUT}, 'status', b.status,
      'runs', coalesce((select jsonb_object_agg(status, n) from (
        select r.status, count(*) as n from runs r where r.batch_uuid = b.uuid group by r.status) c), '{}'),
      'cost', (select coalesce(sum(r.cost), 0) from runs r where r.batch_uuid = b.uuid)) as body
  from batches b join owners o on o.uuid = b.owner_uuid
  where b.resume_key is not null and b.ended_at > ${NEWS} and b.status in ('ended', 'cancelled')`;

const failingBatches = (rate: number) => sql`
  select 'batch.failing:' || b.uuid as key,
    jsonb_build_object('type', 'batch.failing', ${ABOUT}, 'ended', c.ended, 'failed', c.failed, 'code', c.code) as body
  from batches b join owners o on o.uuid = b.owner_uuid
  cross join lateral (
    select count(*) filter (where r.status not in ('queued', 'running', 'review', 'cancelled')) as ended,
      count(*) filter (where r.status = 'failed') as failed,
      mode() within group (order by r.error->>'code') filter (where r.status = 'failed') as code
    from runs r where r.batch_uuid = b.uuid
      and not exists (select from notifications n where n.key = 'batch.failing:' || b.uuid)
  ) c
  where b.resume_key is not null and b.status = 'running' and c.ended >= ${LEAST_ENDED} and c.failed > ${rate}::float8 * c.ended`;

const heldBatches = sql`
  select 'budget.reached:' || b.uuid || ':' || (now() at time zone 'UTC')::date as key,
    jsonb_build_object('type', 'budget.reached', ${ABOUT}, 'held', h.held, 'reason', coalesce(h.reason, '')) as body
  from (
    select t.batch_uuid, count(*) as held, min(t.error->>'message') as reason
    from tasks t where t.status = 'held' group by t.batch_uuid
  ) h join batches b on b.uuid = h.batch_uuid join owners o on o.uuid = b.owner_uuid`;

/** Those whose time has come, the first first. */
export async function dueNotifications(db: Kysely<Schema>, most: number): Promise<DueNotification[]> {
  const rows = await db
    .selectFrom("notifications")
    .select(["uuid", "attempts", "body"])
    .where("ended_at", "is", null)
    .where("next_at", "<=", sql<Date>`now()`)
    .orderBy("next_at")
    .limit(most)
    .execute();
  return rows.map(({ uuid, attempts, body }) => ({
    uuid,
    attempts,
    notification: parseAs(Notification, body, `notification ${uuid}`),
  }));
}

/** @param outcome told, given up with why, or to be tried again after so long */
export async function noteAttempt(
  db: Kysely<Schema>,
  uuid: string,
  outcome: { readonly reason: string | null; readonly againMs: number | null },
): Promise<void> {
  await db
    .updateTable("notifications")
    .set({
      attempts: sql<number>`attempts + 1`,
      reason: outcome.reason,
      ...(outcome.againMs === null
        ? { ended_at: sql<Date>`now()` }
        : { next_at: sql<Date>`now() + ${outcome.againMs} * interval '1 millisecond'` }),
    })
    .where("uuid", "=", uuid)
    .execute();
}

/** Long enough that what they were about cannot come up again. */
const KEPT_DAYS = 30;

export async function forgetNotifications(db: Kysely<Schema>): Promise<void> {
  await db
    .deleteFrom("notifications")
    .where("ended_at", "<", sql<Date>`now() - ${KEPT_DAYS} * interval '1 day'`)
    .execute();
}
