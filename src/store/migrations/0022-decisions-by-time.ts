import { type Kysely, sql } from "kysely";

/** What was decided is listed with the newest first, however much it is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw("create index review_decisions_at on review_decisions (at desc)").execute(db);
}
