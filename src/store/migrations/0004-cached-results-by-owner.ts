import { type Kysely, sql } from "kysely";

/** What one owner's task yielded neither serves another's nor stands in its way. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table cached_results
    drop constraint cached_results_pkey, add primary key (owner_uuid, key)`.execute(db);
}
