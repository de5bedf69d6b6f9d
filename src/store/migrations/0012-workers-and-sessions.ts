import { type Kysely, sql } from "kysely";

/** What a worker says of itself with its heartbeat, and people who are signed in. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table workers
    add column version text,
    /* Tasks at a time, by queue. */
    add column concurrency jsonb not null default '{}',
    /* Resident set of its process. */
    add column memory_bytes bigint`,
  "create index tasks_lease_worker on tasks (lease_worker) where status = 'running'",

  `create table sessions (
    /* SHA-256 of what the cookie holds: whoever reads this table cannot sign in. */
    hash bytea primary key,
    owner_uuid uuid not null references owners,
    /* Null for the key of the configuration. */
    key_id text references keys,
    csrf text not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now()
  )`,
  "create index sessions_used on sessions (last_used_at)",
];
