import { type Kysely, sql } from "kysely";

/** Of what waits the dispatcher looks at what it may take: so many batches of each owner, the oldest first. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  /* Whether its batch is asked for at once (priority 0). One that a server of the version before writes takes its turn with batches. */
  "alter table tasks add column at_once boolean not null default false",
  `update tasks t set at_once = true from runs r join batches b on b.uuid = r.batch_uuid
    where b.status in ('running', 'paused') and b.priority = 0 and r.status in ('queued', 'running', 'review') and t.run_uuid = r.uuid`,
  `create index tasks_by_turn on tasks (queue, owner_uuid, at_once, batch_uuid)
    where status = 'queued' and delivered_at is null`,
];
