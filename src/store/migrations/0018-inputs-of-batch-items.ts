import { type Kysely, sql } from "kysely";

/** What a table says of single pictures of a batch that are still to come; null where it says nothing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table batch_items add column inputs jsonb`.execute(db);
}
