import { type Kysely, sql } from "kysely";

/** Pictures that were done before are not done again, and a batch stops where too many fail. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  /* The earlier run whose results it has. */
  "alter table runs add column reuses uuid",
  /* What was done before is done again. */
  "alter table batch_feeds add column again boolean not null default false",
  `alter table batches
    add column max_failures int,
    /* Why it paused itself; null where it did not. */
    add column stopped text,
    /* Failures before were seen by whoever resumed it. */
    add column failures_since timestamptz`,
];
