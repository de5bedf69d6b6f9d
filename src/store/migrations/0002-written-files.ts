import { type Kysely, sql } from "kysely";

/** What `run` wrote where: an output that is there and unchanged is not written again, and nobody else's file is replaced. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table written_files (
    /* Absolute. */
    path text primary key,
    owner_uuid uuid not null references owners,
    run_uuid uuid not null,
    /* SHA-256 of the file's bytes. */
    digest text not null,
    format text not null,
    written_at timestamptz not null default now()
  )`.execute(db);
}
