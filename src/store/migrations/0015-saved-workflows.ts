import { type Kysely, sql } from "kysely";

/** Workflows that owners save under a name. Rows are only added: a removal is a version without a source. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table workflow_versions (
    owner_uuid uuid not null references owners,
    name text not null,
    number int not null,
    /* Of what is executed, as it was when this was saved; null with source. */
    digest text,
    source text,
    created_at timestamptz not null default now(),
    primary key (owner_uuid, name, number),
    check ((source is null) = (digest is null))
  )`,
];
