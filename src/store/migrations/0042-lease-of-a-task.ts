import { type Kysely, sql } from "kysely";

/** Names a lease alone, whatever a crash of the database forgot. Null where a worker of the version before has it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw("alter table tasks add column lease_uuid uuid").execute(db);
}
