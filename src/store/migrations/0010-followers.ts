import { type Kysely, sql } from "kysely";

/** Of two runs of a batch that are the same work the second waits for the first, and finds its results in the cache. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "alter table runs add column follows uuid",
  "create index runs_following on runs (follows) where follows is not null",
];
