import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/** A queue as the rows tell it: what waits for it, and who serves it. */
export interface QueueState {
  readonly queue: string;
  readonly paused: boolean;
  /** Tasks that could be begun. */
  readonly waiting: number;
  readonly running: number;
  /** Worker processes that were seen a short while ago. */
  readonly workers: number;
}

interface QueueRow {
  queue: string;
  paused: boolean;
  waiting: string;
  running: string;
  workers: string;
}

/** Workers say every five seconds that they live. */
const SILENT_SECONDS = 15;

/** Those that have work, a worker, or a pause. */
export async function listQueues(db: Kysely<Schema>): Promise<QueueState[]> {
  const { rows } = await sql<QueueRow>`
    with work as (
      select queue, count(*) filter (where status = 'queued') as waiting,
        count(*) filter (where status = 'running') as running
      from tasks where status in ('queued', 'running') group by queue
    ),
    served as (select q as queue, count(*) as workers from workers, unnest(queues) as q
      where seen_at > now() - ${SILENT_SECONDS} * interval '1 second' group by q)
    select queue, p.queue is not null as paused, coalesce(waiting, 0) as waiting, coalesce(running, 0) as running,
      coalesce(workers, 0) as workers
    from work full join served using (queue) full join paused_queues p using (queue) order by queue`.execute(
    db,
  );
  return rows.map(({ queue, paused, waiting, running, workers }) => ({
    queue,
    paused,
    waiting: Number(waiting),
    running: Number(running),
    workers: Number(workers),
  }));
}

/**
 * Nothing is handed out of a paused queue, whoever's it is, until it is resumed; what a worker has begun it finishes.
 * A pause also takes back what waits in the queue: a delivery whose task is not handed over finds nothing to do.
 * @returns false where it was so already
 */
export async function pauseQueue(db: Kysely<Schema>, queue: string): Promise<boolean> {
  const { rows } = await sql`
    with paused as (
      insert into paused_queues (queue) values (${queue}) on conflict do nothing returning queue
    ),
    taken_back as (
      update tasks set delivered_at = null
      where queue = ${queue} and status = 'queued' and delivered_at is not null and exists (select from paused)
    )
    select queue from paused`.execute(db);
  return rows.length > 0;
}

export async function resumeQueue(db: Kysely<Schema>, queue: string): Promise<boolean> {
  const deleted = await db
    .deleteFrom("paused_queues")
    .where("queue", "=", queue)
    .returning("queue")
    .execute();
  return deleted.length > 0;
}
