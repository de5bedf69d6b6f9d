import { type Kysely, sql } from "kysely";

/** The trace that a run is part of, so that whoever executes its tasks, wherever that is, goes on with it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw("alter table runs add column traceparent text").execute(db);
}
