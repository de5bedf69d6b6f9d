import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/**
 * Resolves once all that can be seen now outlives a crash of the database, also what was committed without waiting for the
 * disk. Where something is left to be written, a transaction that only notes itself in the log waits for it: commits reach
 * the disk in their order. Outside of a transaction only.
 */
export async function waitForDisk(db: Kysely<Schema>): Promise<void> {
  await sql`
    with durable as materialized (select set_config('synchronous_commit', 'on', true))
    select pg_logical_emit_message(true, 'maskloom', '') from durable
    where pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn()`.execute(db);
}
