import { type Kysely, sql } from "kysely";

/** Keys, of which an owner may have any number; what an owner's row said about the one key it could have goes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "alter table owners drop column role, drop column key_hash",

  `create table keys (
    /* The public beginning of the key. */
    id text primary key,
    owner_uuid uuid not null references owners,
    /* SHA-256 of the whole key: it is random and long, so a slow or salted hash would add nothing. */
    hash bytea not null,
    name text not null,
    role text not null check (role in ('viewer','operator','admin')),
    requests_per_minute int check (requests_per_minute > 0),
    concurrency int check (concurrency > 0),
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at timestamptz,
    /* When all requests of a minute are to be had again. */
    replenished_at timestamptz not null default now()
  )`,

  // Lists are of one owner: among many, the runs of one that has few are not searched for in everybody's.
  "drop index runs_recent",
  "create index runs_recent on runs (owner_uuid, created_at desc, uuid desc)",
];
