import { type Kysely, sql } from "kysely";

/** Tasks that went elsewhere since they would have waited too long, and batches that let theirs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "alter table tasks add column spilled boolean not null default false",
  `create index batches_spilling on batches (uuid)
    where status = 'running' and jsonb_path_exists(resolved, '$.steps.*.fallback.spillMs')`,
];
