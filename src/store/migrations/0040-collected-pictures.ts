import { type Kysely, sql } from "kysely";

/**
 * Names of pictures that were removed because nobody had used them: whoever asks for one is told so, instead of that there
 * never was any. What its owner deleted or erased is not among them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table collected_pictures (
    uuid uuid primary key,
    owner_uuid uuid not null references owners,
    collected_at timestamptz not null default now()
  )`,
  "create index collected_pictures_by_age on collected_pictures (collected_at)",
];
