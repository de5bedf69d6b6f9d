import { type Kysely, sql } from "kysely";

/** The dispatcher asks for owners with a limit each time, of which there are few among many. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw("create index owners_limited on owners (uuid) where tasks_at_once is not null").execute(db);
}
