import { type Kysely, sql } from "kysely";

/** Sums of what was spent ask which runs were made of others and which tasks came to nothing: few of many. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "create index runs_derived on runs (uuid) where derived_from is not null",
  "create index tasks_lost on tasks (uuid) where status in ('failed', 'cancelled')",
  /* The primary key is the same. */
  "drop index audit_order",
];
