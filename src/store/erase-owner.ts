import { type Kysely, sql } from "kysely";
import type { ArtifactUUID, BatchUUID, Digest, OwnerUUID, RunUUID } from "../contracts/ids.ts";
import { retryOnDeadlock } from "./deadlock.ts";
import { eraseEmptyBatches } from "./erase-runs.ts";
import { LOCAL_OWNER } from "./owners.ts";
import type { Schema } from "./schema.ts";

/** So that nothing new begins: keys and sessions end, batches are fed no more. The owner of this machine keeps its keys. */
export async function closeOwner(db: Kysely<Schema>, owner: OwnerUUID): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`update batches set status = 'cancelled', ended_at = coalesce(ended_at, now()), complete = true
      where owner_uuid = ${owner} and status in ('running', 'paused')`.execute(transaction);
    await sql`delete from batch_items i using batches b
      where b.uuid = i.batch_uuid and b.owner_uuid = ${owner} and not i.submitted`.execute(transaction);
    if (owner === LOCAL_OWNER) return;
    await sql`delete from sessions where owner_uuid = ${owner}`.execute(transaction);
    await sql`update keys set revoked_at = coalesce(revoked_at, now()) where owner_uuid = ${owner}`.execute(
      transaction,
    );
  });
}

/** Some of the owner's runs, whatever they are at. */
export async function someRunsOf(db: Kysely<Schema>, owner: OwnerUUID, most: number): Promise<RunUUID[]> {
  const rows = await db
    .selectFrom("runs")
    .select("uuid")
    .where("owner_uuid", "=", owner)
    .orderBy("created_at", "desc")
    .limit(most)
    .execute();
  return rows.map((row) => row.uuid);
}

/** Hides what pictures the owner has beside its runs, such as uploads. */
export async function hidePicturesOf(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  most: number,
): Promise<{ readonly pictures: readonly ArtifactUUID[]; readonly digests: readonly Digest[] }> {
  const { rows } = await sql<{ uuid: ArtifactUUID; digest: Digest }>`
    with chosen as (select uuid from artifacts where owner_uuid = ${owner} order by last_used_at limit ${most})
    update artifacts a set deleted_at = coalesce(a.deleted_at, now()) from chosen c where a.uuid = c.uuid
    returning a.uuid, a.digest`.execute(db);
  return { pictures: rows.map((row) => row.uuid), digests: [...new Set(rows.map((row) => row.digest))] };
}

/** Once its runs and pictures are gone: what else is theirs. The row stays under a name that tells nothing. */
export async function eraseRestOf(db: Kysely<Schema>, owner: OwnerUUID): Promise<void> {
  const erase = () =>
    db.transaction().execute(async (transaction) => {
      const { rows } = await sql<{ uuid: BatchUUID }>`
        select uuid from batches where owner_uuid = ${owner}`.execute(transaction);
      await eraseEmptyBatches(
        transaction,
        rows.map((row) => row.uuid),
      );
      for (const table of TABLES) {
        await sql`delete from ${sql.table(table)} where owner_uuid = ${owner}`.execute(transaction);
      }
      await sql`update calls set request = null, response = null, answer = null, error = null, provider_id = null
        where owner_uuid = ${owner}`.execute(transaction);
      await sql`update audit set target = 'erased', detail = '{}' where owner_uuid = ${owner}`.execute(
        transaction,
      );
      await sql`delete from workflows w where not exists (select from batches b where b.workflow_digest = w.digest)
        and not exists (select from workflow_versions v where v.digest = w.digest)
        and w.created_at < now() - interval '1 hour'`.execute(transaction);
      await sql`delete from notifications n using owners o where o.uuid = ${owner} and n.body->>'owner' = o.name`.execute(
        transaction,
      );
      if (owner === LOCAL_OWNER) return;
      await sql`delete from keys where owner_uuid = ${owner}`.execute(transaction);
      await sql`update owners set name = 'erased-' || left(uuid::text, 8), labels = '{}', erased_at = now()
        where uuid = ${owner}`.execute(transaction);
    });
  await retryOnDeadlock(erase);
}

const TABLES = [
  "api_tasks",
  "cached_results",
  "collected_pictures",
  "events",
  "workflow_versions",
  "idempotency_keys",
  "written_files",
  "provider_uploads",
] as const;
