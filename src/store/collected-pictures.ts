import { type Kysely, sql } from "kysely";
import type { ArtifactUUID, OwnerUUID } from "../contracts/ids.ts";
import { prepareAs } from "./prepared.ts";
import type { Schema } from "./schema.ts";

/** When the owner's picture was removed because nobody had used it; null where it was not, or that is forgotten. */
export async function findCollected(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  uuid: ArtifactUUID,
): Promise<Date | null> {
  const row = await db
    .selectFrom("collected_pictures")
    .modifyFront(prepareAs("find-collected"))
    .select("collected_at")
    .where("uuid", "=", uuid)
    .where("owner_uuid", "=", owner)
    .executeTakeFirst();
  return row?.collected_at ?? null;
}

/**
 * Forgets what was removed longer ago than `keepMs`, the oldest first.
 * @param most at once
 * @returns how many
 */
export async function forgetCollected(
  db: Kysely<Schema>,
  { keepMs, most }: { readonly keepMs: number; readonly most: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from collected_pictures where uuid in (
      select uuid from collected_pictures where collected_at < now() - ${keepMs} * interval '1 millisecond'
      order by collected_at limit ${most})`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
