import { type Kysely, sql } from "kysely";
import type { QueueView } from "../contracts/actions.ts";
import { WORKERS_BY_QUEUE } from "./living-workers.ts";
import { selectOpenTasks } from "./open-tasks.ts";
import { queueWork, TASK_OF_QUEUE } from "./queue-work.ts";
import type { Schema } from "./schema.ts";

/** A queue as the rows tell it: what waits for it, who serves it, and how that went lately. */
export type QueueState = Omit<QueueView, "limits">;

interface QueueRow {
  queue: string;
  paused: boolean;
  waiting: string;
  delayed: string;
  held: string;
  running: string;
  workers: string;
  oldest: number | null;
}

interface RecentRow {
  queue: string;
  task_type: string;
  provider: string | null;
  ended: string;
  failed: string;
  done: string;
  /** Of 50, 95 and 99 in a hundred; null where none was done. */
  ms: [number, number, number] | null;
  seconds: number;
}

interface MinuteRow {
  queue: string;
  /** Whole minutes before now. */
  ago: number;
  ended: string;
  failed: string;
  /** Over how many seconds the sample reaches. */
  seconds: number;
}

const RECENT_SECONDS = 900;
const MOST_RECENT = 20_000;

/** Those that have work, a worker, or a pause. */
export async function listQueues(db: Kysely<Schema>): Promise<QueueState[]> {
  const { rows } = await sql<QueueRow>`
    with open as (${selectOpenTasks(TASK_OF_QUEUE)}), work as (${queueWork("open")}), served as (${WORKERS_BY_QUEUE})
    select queue, p.queue is not null as paused, coalesce(waiting, 0) as waiting,
      coalesce(delayed, 0) as delayed, coalesce(held, 0) as held, coalesce(running, 0) as running,
      coalesce(workers, 0) as workers, oldest
    from work full join served using (queue) full join paused_queues p using (queue) order by queue`.execute(
    db,
  );
  const [recent, minutes] = await Promise.all([readRecent(db), readMinutes(db)]);
  return rows.map(({ queue, paused, waiting, delayed, held, running, workers, oldest }) => ({
    queue,
    paused,
    waiting: Number(waiting),
    delayed: Number(delayed),
    waitingPaused: Number(held),
    running: Number(running),
    workers: Number(workers),
    oldestWaitSeconds: oldest,
    recent: recentOf(
      recent.filter((row) => row.queue === queue),
      minutes.filter((row) => row.queue === queue),
    ),
  }));
}

/** The same by their names alone. */
export async function readQueueNames(db: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ queue: string }>`
    select queue from (${selectOpenTasks(sql`queue`)}) open union
    select unnest(queues) from workers union select queue from paused_queues`.execute(db);
  return rows.map(({ queue }) => queue);
}

/** One that nobody serves and nothing waits in. */
export const idleQueue = (queue: string): QueueState => ({
  queue,
  paused: false,
  waiting: 0,
  delayed: 0,
  waitingPaused: 0,
  running: 0,
  workers: 0,
  oldestWaitSeconds: null,
  recent: recentOf([], []),
});

/** Where there are too many tasks, over the shorter time that the last of them took. */
async function readRecent(db: Kysely<Schema>): Promise<RecentRow[]> {
  const { rows } = await sql<RecentRow>`
    with recent as materialized (
      select queue, task_type, provider, status, ended_at, extract(epoch from ended_at - started_at) * 1000 as ms
      from tasks where ended_at is not null and ended_at > now() - ${RECENT_SECONDS} * interval '1 second'
      order by ended_at desc limit ${MOST_RECENT}
    ),
    span as (
      select case when count(*) < ${MOST_RECENT} then ${RECENT_SECONDS}
        else greatest(1, extract(epoch from now() - min(ended_at))) end::float8 as seconds from recent
    )
    select queue, task_type, provider, count(*) filter (where status in ('succeeded', 'skipped', 'failed')) as ended,
      count(*) filter (where status = 'failed') as failed,
      count(ms) filter (where status in ('succeeded', 'skipped')) as done,
      percentile_cont(array[0.5, 0.95, 0.99]) within group (order by ms::float8)
        filter (where status in ('succeeded', 'skipped') and ms is not null) as ms,
      (select seconds from span) as seconds
    from recent group by queue, task_type, provider order by task_type, provider`.execute(db);
  return rows;
}

/** The same sample by minute. */
async function readMinutes(db: Kysely<Schema>): Promise<MinuteRow[]> {
  const { rows } = await sql<MinuteRow>`
    with recent as materialized (
      select queue, status, ended_at, greatest(0, extract(epoch from now() - ended_at)) as ago
      from tasks where ended_at is not null and ended_at > now() - ${RECENT_SECONDS} * interval '1 second'
      order by ended_at desc limit ${MOST_RECENT}
    )
    select queue, floor(ago / 60)::int as ago, count(*) as ended, count(*) filter (where status = 'failed') as failed,
      (select case when count(*) < ${MOST_RECENT} then ${RECENT_SECONDS} else max(ago) end from recent)::float8 as seconds
    from recent where status in ('succeeded', 'skipped', 'failed') group by 1, 2`.execute(db);
  return rows;
}

/** Minutes that the sample does not reach back to are left out; in the others nothing is a zero. */
function minutesOf(rows: readonly MinuteRow[]): QueueState["recent"]["minutes"] {
  const reach = Math.max(1, Math.floor((rows[0]?.seconds ?? RECENT_SECONDS) / 60));
  return Array.from({ length: reach }, (_, at) => {
    const row = rows.find(({ ago }) => ago === reach - 1 - at);
    return { ended: Number(row?.ended ?? 0), failed: Number(row?.failed ?? 0) };
  });
}

function recentOf(rows: readonly RecentRow[], minutes: readonly MinuteRow[]): QueueState["recent"] {
  const ended = rows.reduce((sum, row) => sum + Number(row.ended), 0);
  const failed = rows.reduce((sum, row) => sum + Number(row.failed), 0);
  return {
    perMinute: (ended * 60) / (rows[0]?.seconds ?? RECENT_SECONDS),
    failureRate: ended === 0 ? null : failed / ended,
    minutes: minutesOf(minutes),
    steps: rows.flatMap(({ task_type: taskType, provider, done, ms }) => {
      if (ms === null) return [];
      const [p50, p95, p99] = ms;
      return [{ taskType, provider, tasks: Number(done), p50, p95, p99 }];
    }),
  };
}
