import { type Kysely, sql } from "kysely";

/** What is to be told to whoever runs the installation, until it has been told. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table notifications (
    uuid uuid primary key default gen_random_uuid(),
    key text not null unique,
    body jsonb not null,
    created_at timestamptz not null default now(),
    attempts int not null default 0,
    next_at timestamptz not null default now(),
    ended_at timestamptz,
    reason text
  )`,
  "create index notifications_due on notifications (next_at) where ended_at is null",
  /* Single runs are batches, too, and many; nobody is told of those. */
  "create index batches_over on batches (ended_at) where resume_key is not null and ended_at is not null",
  "create index batches_under_way on batches (uuid) where resume_key is not null and status = 'running'",
];
