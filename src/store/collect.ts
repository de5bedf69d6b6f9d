import { type Kysely, sql, type Transaction } from "kysely";
import type { ArtifactUUID, Digest } from "../contracts/ids.ts";
import { retryOnDeadlock } from "./deadlock.ts";
import type { Schema } from "./schema.ts";

/* What is removed for good: names of pictures that nobody used for long or that their owner deleted, and bytes that no
   name leads to any more. Never what a run that has not ended refers to, wherever it does. */

const UUID_TEXT = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/** CTEs that end in `needed`: every UUID that a run under way, a review, a result still to be sent or an open batch has. */
const NEEDED = sql`
  live as materialized (
    select uuid from runs where status in ('queued', 'running', 'review')
    union
    select run_uuid from api_tasks where follow_up
  ),
  words as (
    select concat_ws(' ', r.inputs, r.output, r.outputs) as text from runs r join live l on l.uuid = r.uuid
    union all
    select concat_ws(' ', t.input, t.output) from tasks t join live l on l.uuid = t.run_uuid
    union all
    select c.answer::text from calls c join live l on l.uuid = c.run_uuid
    union all
    select b.inputs::text from batches b where b.status in ('running', 'paused')
  ),
  needed as materialized (
    select distinct found[1]::uuid as uuid from words, regexp_matches(text, ${UUID_TEXT}, 'g') as found
  )`;

export interface Unused {
  /** Milliseconds since the last use. */
  readonly keepMs: number;
  /** Names, at most; deleted ones come beside them. */
  readonly most: number;
}

const isOld = (keepMs: number) => sql<boolean>`a.last_used_at < now() - ${keepMs} * interval '1 millisecond'`;
const isUnused = (keepMs: number) => sql<boolean>`(a.deleted_at is not null or ${isOld(keepMs)})`;
export const isNeeded = sql<boolean>`exists (select from needed n where n.uuid = a.uuid)`;

/** How much could be removed now. */
export async function countUnused(
  db: Kysely<Schema>,
  keepMs: number,
): Promise<{ readonly pictures: number; readonly bytes: number }> {
  const { rows } = await sql<{ pictures: string; bytes: string }>`
    with ${NEEDED},
    unused as (
      select uuid, digest from artifacts a where ${isUnused(keepMs)} and not ${isNeeded}
    ),
    freed as (
      select distinct digest from unused u where not exists (
        select from artifacts a where a.digest = u.digest
          and not exists (select from unused v where v.uuid = a.uuid))
    )
    select (select count(*) from unused) as pictures,
      (select coalesce(sum(b.bytes), 0) from freed f join blobs b on b.digest = f.digest) as bytes`.execute(
    db,
  );
  return { pictures: Number(rows[0]?.pictures ?? 0), bytes: Number(rows[0]?.bytes ?? 0) };
}

export interface Collected {
  readonly pictures: number;
  /** Of bytes that nothing refers to any more; their files are still there. */
  readonly digests: readonly Digest[];
}

/** Removes what was not used for `keepMs`, the longest unused first. */
export async function collectUnused(db: Kysely<Schema>, { keepMs, most }: Unused): Promise<Collected> {
  return collect(
    db,
    // Two indexes, one for each.
    sql`(select a.uuid from artifacts a where ${isOld(keepMs)} and not ${isNeeded} order by a.last_used_at limit ${most})
      union (select a.uuid from artifacts a where a.deleted_at is not null and not ${isNeeded} limit ${most})`,
    isUnused(keepMs),
  );
}

/** Removes those of the pictures that their owner has deleted and no run needs. */
export async function collectDeleted(db: Kysely<Schema>, uuids: readonly ArtifactUUID[]): Promise<Collected> {
  return collect(
    db,
    sql`select a.uuid from artifacts a where a.uuid = any(${uuids}::uuid[]) and not ${isNeeded}`,
    sql<boolean>`a.deleted_at is not null`,
  );
}

/**
 * What nobody deleted is remembered as collected.
 * @param isStill asked again of the row as it is when it is removed: a use that was noted meanwhile saves it
 */
export async function collect(
  db: Kysely<Schema>,
  chosen: ReturnType<typeof sql>,
  isStill: ReturnType<typeof sql<boolean>>,
): Promise<Collected> {
  const remove = async (transaction: Transaction<Schema>): Promise<Collected> => {
    // How many UUIDs the texts hold the planner cannot know: it would compare each with each.
    await sql`set local enable_nestloop = off`.execute(transaction);
    const { rows: found } = await sql<{ uuid: ArtifactUUID }>`with ${NEEDED} ${chosen}`.execute(transaction);
    await sql`set local enable_nestloop = on`.execute(transaction);
    const uuids = found.map((row) => row.uuid);
    const { rows } = await sql<{ digest: Digest }>`
      with gone as (
        delete from artifacts a where a.uuid = any(${uuids}::uuid[]) and ${isStill}
        returning a.uuid, a.digest, a.owner_uuid, a.deleted_at
      ),
      noted as (
        insert into collected_pictures (uuid, owner_uuid) select uuid, owner_uuid from gone where deleted_at is null
        on conflict (uuid) do update set collected_at = excluded.collected_at
      )
      select digest from gone`.execute(transaction);
    const digests = await removeBlobRows(transaction, [...new Set(rows.map((row) => row.digest))]);
    return { pictures: rows.length, digests };
  };
  return retryOnDeadlock(() => db.transaction().execute(remove));
}

/**
 * Forgets bytes that have no name any more, with what was converted from them. Their rows are locked first: who is giving
 * them a name at this moment is waited for and seen, who does so later waits and finds that they have to be put anew.
 */
async function removeBlobRows(db: Transaction<Schema>, digests: readonly Digest[]): Promise<Digest[]> {
  if (digests.length === 0) return [];
  const { rows: locked } = await sql<{ digest: Digest }>`
    select b.digest from blobs b where b.digest = any(${digests}::text[])
      or b.digest in (select c.digest from conversions c where c.source = any(${digests}::text[]))
    order by b.digest for update`.execute(db);
  const all = locked.map((row) => row.digest);
  /* Also what somebody converted while its source was waited for. */
  const { rows: converted } = await sql<{ digest: Digest }>`
    delete from conversions c where c.source = any(${all}::text[])
      and not exists (select from artifacts a where a.digest = c.source)
    returning c.digest`.execute(db);
  const nameless = [...new Set([...all, ...converted.map((row) => row.digest)])];
  const { rows } = await sql<{ digest: Digest }>`
    delete from blobs b where b.digest = any(${nameless}::text[])
      and not exists (select from artifacts a where a.digest = b.digest)
      and not exists (select from conversions c where c.digest = b.digest or c.source = b.digest)
    returning b.digest`.execute(db);
  return rows.map((row) => row.digest);
}

/** Those of the digests that nothing in the database knows of. */
export async function findUnknownBlobs(db: Kysely<Schema>, digests: readonly Digest[]): Promise<Digest[]> {
  const { rows } = await sql<{ digest: Digest }>`
    select digest from unnest(${digests}::text[]) as given(digest)
    where not exists (select from blobs b where b.digest = given.digest)`.execute(db);
  return rows.map((row) => row.digest);
}

/** Results that were not asked for since; what they refer to may be gone. @returns how many */
export async function forgetCachedResults(db: Kysely<Schema>, keepMs: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom("cached_results")
    .where("last_used_at", "<", sql<Date>`now() - ${keepMs} * interval '1 millisecond'`)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
