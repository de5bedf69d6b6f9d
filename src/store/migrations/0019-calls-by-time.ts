import { type Kysely, sql } from "kysely";

/** What was spent within some days is summed up without reading what was spent before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "create index calls_of_owner_by_time on calls (owner_uuid, created_at, uuid)",
  "create index calls_by_time on calls (created_at, uuid)",
];
