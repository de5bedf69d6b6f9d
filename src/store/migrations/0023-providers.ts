import { type Kysely, sql } from "kysely";

/** How providers are: which of them workers give a rest, what they said when they were tested, and how their last calls ended. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "alter table workers add column circuits jsonb not null default '[]'",
  `create table provider_tests (
    provider text primary key,
    at timestamptz not null default now(),
    milliseconds double precision,
    says text,
    models jsonb not null default '[]',
    error jsonb
  )`,
  "create index calls_ended on calls (provider, state, ended_at desc) where ended_at is not null",
];
