import { type Kysely, sql } from "kysely";

/** What runs went on without is told on the page of their batch, again with each that ends: by its failures, not by all its tasks. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw("create index tasks_failed on tasks (batch_uuid, run_uuid) where status = 'failed'")
    .execute(db);
}
