import type { Kysely } from "kysely";
import type { OwnerUUID } from "../contracts/ids.ts";
import { toJson } from "./json.ts";
import type { Schema } from "./schema.ts";

/** The output of an earlier task with the same cache key and owner, or null. */
export async function findCachedResult(db: Kysely<Schema>, owner: OwnerUUID, key: string): Promise<unknown> {
  const row = await db
    .selectFrom("cached_results")
    .select("output")
    .where("key", "=", key)
    .where("owner_uuid", "=", owner)
    .executeTakeFirst();
  return row?.output ?? null;
}

export async function saveCachedResult(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  key: string,
  output: unknown,
): Promise<void> {
  await db
    .insertInto("cached_results")
    .values({ key, owner_uuid: owner, output: toJson(output) })
    .onConflict((conflict) => conflict.columns(["owner_uuid", "key"]).doUpdateSet({ output: toJson(output) }))
    .execute();
}
