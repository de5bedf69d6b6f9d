import { type Kysely, sql } from "kysely";

/** The tasks of the API that are old enough to be forgotten. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index api_tasks_age on api_tasks (created_at)`.execute(db);
}
