import { type Kysely, sql } from "kysely";
import type { Settings } from "../contracts/settings.ts";
import type { Schema } from "./schema.ts";

/** How much there is, of all owners. */
export async function countKept(db: Kysely<Schema>): Promise<Settings["kept"]> {
  const { rows } = await sql<{ files: string; bytes: string; runs: string; oldest: Date | null }>`
    select (select count(*) from blobs) as files, (select coalesce(sum(bytes), 0) from blobs) as bytes,
      (select count(*) from runs) as runs, (select min(created_at) from runs) as oldest`.execute(db);
  const [row] = rows;
  return {
    files: Number(row?.files ?? 0),
    bytes: Number(row?.bytes ?? 0),
    runs: Number(row?.runs ?? 0),
    oldestRunAt: row?.oldest?.toISOString() ?? null,
  };
}
