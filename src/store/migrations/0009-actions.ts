import { type Kysely, sql } from "kysely";

/** What people do to runs, batches and queues, and batches that the server itself feeds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  /* Asked for anew although it is known: the cache is not read for it. */
  "alter table tasks add column fresh boolean not null default false",
  /* The run whose finished steps it took over. */
  "alter table runs add column derived_from uuid",

  `create table paused_queues (
    queue text primary key,
    paused_at timestamptz not null default now()
  )`,

  `create table idempotency_keys (
    owner_uuid uuid not null references owners,
    key text not null,
    /* Of the request: sent again with the same one it is the same request. */
    digest text not null,
    /* Of the run or batch that it makes; chosen before it is made, so that it can be looked for after a crash. */
    made_uuid uuid not null,
    done boolean not null default false,
    /* Until then somebody is at it. */
    held_until timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (owner_uuid, key)
  )`,
  "create index idempotency_keys_age on idempotency_keys (created_at)",

  `create table batch_feeds (
    batch_uuid uuid primary key references batches,
    /* Absolute folder of the server that is walked; null where all items were written when the batch began. */
    folder text,
    recursive boolean not null default true,
    /* Whether every file of the folder is an item by now. */
    walked boolean not null default false,
    /* Files of the folder that no extension calls a picture. */
    ignored int not null default 0,
    error jsonb,
    ended_at timestamptz,
    holder uuid,
    held_until timestamptz
  )`,
  "create index batch_feeds_open on batch_feeds (held_until) where ended_at is null",

  `create table batch_items (
    batch_uuid uuid not null references batches,
    seq bigint generated always as identity,
    file text not null,
    /* Where the picture comes from: a path of the server, a URL, or an artifact that was uploaded. */
    path text,
    url text,
    artifact_uuid uuid,
    /* Why it could not be taken in when it was uploaded. */
    error jsonb,
    run_uuid uuid not null,
    submitted boolean not null default false,
    primary key (batch_uuid, file)
  )`,
  "create index batch_items_waiting on batch_items (batch_uuid, seq) where not submitted",
  "create unique index batch_items_run on batch_items (run_uuid)",

  "create index batches_recent on batches (owner_uuid, created_at desc, uuid desc)",
];
