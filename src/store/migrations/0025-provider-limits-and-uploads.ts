import { type Kysely, sql } from "kysely";

/** What providers may cost from now on, what they have of our pictures, and who waits for one of several. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  /* Over what the configuration says, until it is taken back: whoever raises a limit does so for all workers at once. */
  `create table provider_limits (
    provider text primary key,
    max_cost jsonb not null,
    changed_at timestamptz not null default now()
  )`,
  /* By what name a provider has a picture; place: its address and account. */
  `create table provider_uploads (
    place text not null,
    owner_uuid uuid not null references owners on delete cascade,
    digest text not null,
    reference text not null,
    used_at timestamptz not null default now(),
    primary key (place, owner_uuid, digest)
  )`,
  "create index provider_uploads_used on provider_uploads (used_at)",
  "create index provider_uploads_reference on provider_uploads (place, reference)",
  /* As small as the work in flight elsewhere. */
  `create index tasks_elsewhere on tasks (provider, model)
    where status in ('queued', 'running') and provider <> 'local'`,
];
