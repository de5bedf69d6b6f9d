import { type Kysely, sql } from "kysely";
import type { OwnerUUID } from "../contracts/ids.ts";
import { toJson } from "./json.ts";
import { prepareAs } from "./prepared.ts";
import { RELAXED } from "./relaxed.ts";
import type { Schema } from "./schema.ts";

/** The output of an earlier task with the same cache key and owner, or null. */
export async function findCachedResult(db: Kysely<Schema>, owner: OwnerUUID, key: string): Promise<unknown> {
  const row = await db
    .selectFrom("cached_results")
    .modifyFront(prepareAs("find-cached"))
    .select("output")
    .where("key", "=", key)
    .where("owner_uuid", "=", owner)
    .executeTakeFirst();
  return row?.output ?? null;
}

/**
 * Remembers a result, in the place of one that could not be used any more. Losing it costs time only, and what it refers to
 * was committed before it: so it need not wait for the disk.
 */
export async function saveCachedResult(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  key: string,
  output: unknown,
): Promise<void> {
  await sql`/* prepare:save-cached */
    with relaxed as materialized (${RELAXED})
    insert into cached_results (key, owner_uuid, output) select ${key}, ${owner}, ${toJson(output)}::jsonb from relaxed
    on conflict (owner_uuid, key) do update set output = excluded.output, created_at = now()`.execute(db);
}
