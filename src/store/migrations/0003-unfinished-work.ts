import { type Kysely, sql } from "kysely";

/** What is polled is indexed by itself: its cost follows the work under way, not the history. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "create index runs_unfinished on runs (batch_uuid) where status in ('queued', 'running', 'review')",
  // Between a run's row and its tasks its picture is read: who dies meanwhile leaves a run that nobody will begin.
  "create index runs_unprepared on runs (created_at) where status = 'queued' and inputs = '{}'::jsonb",
  "create index batches_open on batches (created_at) where status in ('running', 'paused')",
];
