import { type Kysely, sql } from "kysely";

/** Pictures that are deleted, converted, linked to by signature, and collected when nobody needs them any more. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  /* Deleted by its owner, and here only until no run needs it any more. */
  "alter table artifacts add column deleted_at timestamptz",
  "create index artifacts_deleted on artifacts (deleted_at) where deleted_at is not null",
  "create index artifacts_last_used on artifacts (last_used_at)",

  `create table conversions (
    source text not null references blobs on delete cascade,
    format text not null,
    /* 0 where the format has none. */
    quality int not null,
    digest text not null references blobs,
    created_at timestamptz not null default now(),
    primary key (source, format, quality)
  )`,
  "create index conversions_digest on conversions (digest)",

  `create table secrets (
    name text primary key,
    value bytea not null,
    created_at timestamptz not null default now()
  )`,
];
