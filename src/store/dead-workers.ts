import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

export interface KnownWorker {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
}

/** The workers that were seen a short while ago. */
export async function listWorkers(db: Kysely<Schema>): Promise<KnownWorker[]> {
  return db.selectFrom("workers").select(["id", "host", "pid"]).execute();
}

/**
 * No worker is left that could take what was handed to the queue: all of it is handed over anew. A delivery that is still
 * in the queue finds its task leased or done, and returns.
 */
export async function forgetAllDeliveries(db: Kysely<Schema>): Promise<void> {
  await sql`update tasks set delivered_at = null where status = 'queued' and delivered_at is not null`.execute(
    db,
  );
}
