import { type Kysely, sql } from "kysely";
import type { InstallationReading } from "../contracts/installation-reading.ts";
import { COUNTED } from "./ledger.ts";
import { WORKERS_BY_QUEUE } from "./living-workers.ts";
import { selectStandingTasks } from "./open-tasks.ts";
import { queueWork, TASK_OF_QUEUE } from "./queue-work.ts";
import type { Schema } from "./schema.ts";

/** One statement that looks at what is under way and at estimates, never at all that ever was. */
export async function readInstallationState(
  db: Kysely<Schema>,
): Promise<Omit<InstallationReading, "dayLimits">> {
  const { rows } = await sql<{ reading: Omit<InstallationReading, "dayLimits"> }>`
    with under_way as materialized (${selectStandingTasks(TASK_OF_QUEUE)}),
    work as (${queueWork("under_way")}),
    served as (${WORKERS_BY_QUEUE}),
    standing as (
      select queue, jsonb_build_object('queue', queue,
          'waiting', case when p.queue is null then coalesce(waiting, 0) else 0 end, 'running', coalesce(running, 0),
        'oldestWaitSeconds', oldest, 'workers', coalesce(workers, 0), 'isPaused', p.queue is not null) as one
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
