import { type Kysely, sql } from "kysely";

/** Settings that an admin has changed while everything runs; what the environment or the configuration file says comes before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table changed_settings (
      name text primary key,
      value double precision not null,
      changed_at timestamptz not null default now()
    )`.execute(db);
}
