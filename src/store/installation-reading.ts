import { type Kysely, sql } from "kysely";
import type { InstallationReading } from "../contracts/installation-reading.ts";
import { COUNTED } from "./ledger.ts";
import type { Schema } from "./schema.ts";

/** Workers say every five seconds that they live. */
const SILENT_SECONDS = 15;

/** Each has an index of its own that holds nothing else. */
const UNDER_WAY = [
  sql`status = 'queued' and delivered_at is null`,
  sql`status = 'queued' and delivered_at is not null`,
  sql`status = 'running'`,
  sql`status = 'review'`,
  sql`status in ('held', 'uncertain')`,
];

/** One statement that looks at what is under way and at estimates, never at all that ever was. */
export async function readInstallationState(
  db: Kysely<Schema>,
): Promise<Omit<InstallationReading, "dayLimits">> {
  const { rows } = await sql<{ reading: Omit<InstallationReading, "dayLimits"> }>`
    with standing_tasks as materialized (${sql.join(
      UNDER_WAY.map(
        (which) =>
          sql`select queue, status, batch_uuid, greatest(queued_at, ready_at) as ready from tasks where ${which}`,
      ),
      sql` union all `,
    )}),
    under_way as materialized (
      select t.queue, t.status, b.status = 'running' as served, t.ready
      from standing_tasks t join batches b on b.uuid = t.batch_uuid
    ),
    work as (
      select queue, count(*) filter (where status = 'queued' and served and ready <= now()) as waiting,
        count(*) filter (where status = 'running') as running,
        extract(epoch from now() - min(ready) filter (where status = 'queued' and served))::float8 as oldest
      from under_way where status in ('queued', 'running') group by queue
    ),
    served as (
      select q as queue, count(*) as workers from workers, unnest(queues) q
      where seen_at > now() - ${SILENT_SECONDS} * interval '1 second' group by q
    ),
    standing as (
      select queue, jsonb_build_object('queue', queue,
          'waiting', case when p.queue is null then coalesce(waiting, 0) else 0 end, 'running', coalesce(running, 0),
        'oldestWaitSeconds', greatest(0, oldest), 'workers', coalesce(workers, 0), 'isPaused', p.queue is not null) as one
      from work full join served using (queue) full join paused_queues p using (queue)
    )
    select jsonb_build_object(
      'queues', coalesce((select jsonb_agg(one order by queue) from standing), '[]'),
      'tasks', coalesce((select jsonb_agg(jsonb_build_object('status', status, 'count', n))
        from (select status, count(*) as n from under_way group by status) s), '[]'),
      'runningBatches', (select count(*) from batches where status = 'running'),
      'spentToday', coalesce((select jsonb_agg(jsonb_build_object('provider', provider, 'usd', usd))
        from (select c.provider, sum(${COUNTED})::float8 as usd from calls c
          where c.created_at >= date_trunc('day', now(), 'UTC') group by c.provider) d), '[]'),
      'databaseBytes', pg_database_size(current_database()),
      'events', (select greatest(0, reltuples)::bigint from pg_class where oid = 'events'::regclass)
    ) as reading`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error("a select without from has one row");
  return row.reading;
}
