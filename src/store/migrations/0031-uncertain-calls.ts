import { type Kysely, sql } from "kysely";

/** Calls that a person has to decide about are few among many, and may be of tasks that ended long ago. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw("create index calls_uncertain on calls (owner_uuid, task_uuid) where state = 'uncertain'")
    .execute(db);
}
