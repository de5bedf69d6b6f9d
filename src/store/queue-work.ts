import { sql } from "kysely";

/** What `queueWork` has to know of a task. */
export const TASK_OF_QUEUE = sql`queue, status, batch_uuid, greatest(queued_at, ready_at) as ready`;

/**
 * What stands in each queue, as a query of tasks (`TASK_OF_QUEUE`) that were read under that name: `queue, waiting, delayed, held,
 * running, oldest`. Of batches that have been stopped nothing waits: the dispatcher passes them over. What waits could begin now;
 * what is `delayed` is due later, such as a retry; `held` is what a paused batch keeps back.
 */
export const queueWork = (tasks: string) => {
  const goesOn = sql`t.status = 'queued' and b.status = 'running'`;
  const waits = sql`${goesOn} and t.ready <= now()`;
  return sql`
    select t.queue, count(*) filter (where ${waits}) as waiting,
      count(*) filter (where ${goesOn} and t.ready > now()) as delayed,
      count(*) filter (where t.status = 'queued' and b.status = 'paused') as held,
      count(*) filter (where t.status = 'running') as running,
      extract(epoch from now() - min(t.ready) filter (where ${waits}))::float8 as oldest
    from ${sql.table(tasks)} t join batches b on b.uuid = t.batch_uuid
    where t.status in ('queued', 'running') group by t.queue`;
};
