import { type Kysely, sql } from "kysely";
import type { GroupQueue, InstanceLoad } from "../engine/rank-instances.ts";
import { IS_LIVING } from "./living-workers.ts";
import type { Schema } from "./schema.ts";

/* How the instances of a group are, by the rows of their calls: all workers write them, so all see the same. */

/** What is not told by calls, but configured. */
type Configured = Pick<InstanceLoad, "id" | "slots" | "spillMs"> & {
  /** What has been under way for longer than this was left by a worker that died. */
  readonly timeoutMs: number;
};

interface LoadRow {
  id: string;
  under_way: number[];
  last_model: string | null;
  changed_ago: number | null;
  call_ms: number | null;
  failed_ago: number | null;
  rest_ms: number;
}

/** Calls that say how long one takes, and over how long they may reach back. */
const PACE_OF = 20;
const PACE_WITHIN = "1 hour";
const CHANGES_WITHIN = "10 minutes";
const UNDER_WAY_READ = 200;

export async function readInstanceLoads(
  db: Kysely<Schema>,
  configured: readonly Configured[],
): Promise<InstanceLoad[]> {
  const asked = JSON.stringify(configured.map(({ id, timeoutMs }) => ({ id, timeout_ms: timeoutMs })));
  const { rows } = await sql<LoadRow>`
    select p.id,
      array(select extract(epoch from clock_timestamp() - sent_at)::float8 * 1000 from calls
        where provider = p.id and state = 'sent' and sent_at > now() - p.timeout_ms * interval '1 millisecond'
        order by sent_at desc limit ${UNDER_WAY_READ}) as under_way,
      last.model as last_model,
      (select extract(epoch from clock_timestamp() - max(created_at))::float8 * 1000 from calls
        where provider = p.id and model <> last.model and state in ('sent', 'answered')
          and created_at > now() - ${CHANGES_WITHIN}::interval) as changed_ago,
      (select avg(took) from (
        select extract(epoch from ended_at - sent_at)::float8 * 1000 as took from calls
        where provider = p.id and state = 'answered' and ended_at > now() - ${PACE_WITHIN}::interval
        order by ended_at desc limit ${PACE_OF}) recent) as call_ms,
      case when ended.state = 'failed' and ended.error->>'code' = 'PROVIDER_UNAVAILABLE' then ended.ago end as failed_ago,
      coalesce((select max(extract(epoch from c."nextTryAt" - now()))::float8 * 1000 from workers w, jsonb_to_recordset(w.circuits) as c(provider text, "nextTryAt" timestamptz)
        where ${IS_LIVING} and c.provider = p.id and c."nextTryAt" > now()), 0) as rest_ms
    from jsonb_to_recordset(${asked}::jsonb) as p(id text, timeout_ms float8)
    left join lateral (select model from calls where provider = p.id and state in ('sent', 'answered')
      order by created_at desc limit 1) last on true
    left join lateral (select state, error, extract(epoch from clock_timestamp() - ended_at)::float8 * 1000 as ago from calls
      where provider = p.id and ended_at > now() - interval '1 minute' and state in ('answered', 'failed')
      order by ended_at desc limit 1) ended on true`.execute(db);
  return configured.flatMap(({ id, slots, spillMs }) => {
    const row = rows.find((one) => one.id === id);
    if (row === undefined) return [];
    return {
      id,
      slots,
      spillMs,
      underWayMs: row.under_way.map(Number),
      lastModel: row.last_model,
      changedAgoMs: row.changed_ago,
      callMs: row.call_ms,
      failedAgoMs: row.failed_ago,
      restMs: row.rest_ms,
    };
  });
}

/** More of a queue says no more. */
const BACKLOG_READ = 20_000;

/** What stands before a task that names the group, whoever of its members does it. */
export async function readGroupQueue(
  db: Kysely<Schema>,
  group: string,
  members: readonly string[],
): Promise<Omit<GroupQueue, "changeMs">> {
  const { rows } = await sql<{ model: string; waiting: string; backlog: string }>`
    with open as materialized (
      select uuid, model, status from tasks where provider = ${group} and provider <> 'local' and model is not null
        and status in ('queued', 'running') limit ${BACKLOG_READ}
    )
    select model, count(*) filter (where status = 'running') as waiting, count(*) as backlog from open t
    where status = 'queued' or not exists (select from calls c where c.task_uuid = t.uuid and c.state = 'sent')
    group by model`.execute(db);
  const of = (name: "waiting" | "backlog") => new Map(rows.map((row) => [row.model, Number(row[name])]));
  return {
    waiting: of("waiting"),
    backlog: of("backlog"),
    callsPerTask: await readCallsPerTask(db, members),
  };
}

async function readCallsPerTask(db: Kysely<Schema>, members: readonly string[]): Promise<number> {
  const { rows } = await sql<{ calls: string; tasks: string }>`
    select count(*) as calls, count(distinct task_uuid) as tasks from (
      select recent.task_uuid from unnest(${members}::text[]) as p(id), lateral (
        select task_uuid from calls where provider = p.id and state = 'answered'
          and ended_at > now() - ${PACE_WITHIN}::interval order by ended_at desc limit ${PACE_OF}) recent) all_recent`.execute(
    db,
  );
  const { calls, tasks } = rows[0] ?? { calls: "0", tasks: "0" };
  return Number(tasks) === 0 ? 1 : Number(calls) / Number(tasks);
}
