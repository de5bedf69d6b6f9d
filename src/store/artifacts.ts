import { type Kysely, sql } from "kysely";
import type { ArtifactUUID, Digest, OwnerUUID, TaskUUID } from "../contracts/ids.ts";
import { prepareAs } from "./prepared.ts";
import type { Schema } from "./schema.ts";

export interface ArtifactRow {
  readonly uuid: ArtifactUUID;
  readonly digest: Digest;
  readonly owner: OwnerUUID;
  readonly kind: "input" | "image" | "mask";
  readonly taskUUID: TaskUUID | null;
  readonly bytes: number;
  readonly mediaType: string;
  readonly width: number | null;
  readonly height: number | null;
}

/**
 * Gives bytes that are already stored a public name; the same bytes may have many. It waits for the disk: what refers to
 * the name, a run's start or end, is sent again when the database crashed in between, and must find it. What a task made that
 * was erased meanwhile gets none.
 */
export async function addArtifacts(db: Kysely<Schema>, rows: readonly ArtifactRow[]): Promise<void> {
  if (rows.length === 0) return;
  const values = JSON.stringify(
    rows.map((row) => ({
      uuid: row.uuid,
      digest: row.digest,
      owner_uuid: row.owner,
      kind: row.kind,
      task_uuid: row.taskUUID,
      bytes: row.bytes,
      media_type: row.mediaType,
      width: row.width,
      height: row.height,
    })),
  );
  await sql`/* prepare:add-artifacts */
    with given as (
      select * from jsonb_to_recordset(${values}::jsonb) as a(uuid uuid, digest text, owner_uuid uuid, kind text,
        task_uuid uuid, bytes bigint, media_type text, width int, height int)
    ),
    /* Locked against being erased before the name is there; a mere lookup beside the bytes that were written. */
    kept as materialized (
      select t.uuid from tasks t where t.uuid in (select task_uuid from given) for key share
    ),
    wanted as (
      select * from given g where g.task_uuid is null or g.task_uuid in (select uuid from kept)
    ),
    stored as (
      insert into blobs (digest, bytes, media_type, width, height)
      select distinct on (digest) digest, bytes, media_type, width, height from wanted order by digest
      on conflict (digest) do update set last_used_at = now()
      returning digest
    )
    insert into artifacts (uuid, digest, owner_uuid, kind, task_uuid)
    select g.uuid, g.digest, g.owner_uuid, g.kind, g.task_uuid
    from wanted g join stored s on s.digest = g.digest`.execute(db);
}

/**
 * Gives artifacts further names, as if `task` had made them. As above: not of one that was erased meanwhile.
 * @param names by the UUIDs that they have
 * @returns how many
 */
export async function copyArtifacts(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  names: ReadonlyMap<ArtifactUUID, ArtifactUUID>,
  task: TaskUUID,
): Promise<number> {
  if (names.size === 0) return 0;
  const { numAffectedRows } = await sql`
    with kept as materialized (select uuid from tasks where uuid = ${task} for key share)
    insert into artifacts (uuid, digest, owner_uuid, kind, task_uuid)
    select n.name, a.digest, a.owner_uuid, a.kind, k.uuid
    from unnest(${[...names.keys()]}::uuid[], ${[...names.values()]}::uuid[]) as n(uuid, name)
      join artifacts a on a.uuid = n.uuid and a.owner_uuid = ${owner} and a.deleted_at is null,
      kept k`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/** Null where no artifact of this owner has the UUID: one owner can neither see nor use another's. */
export async function findArtifact(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  uuid: ArtifactUUID,
): Promise<ArtifactRow | null> {
  const row = await selectArtifact(db, uuid)
    .modifyFront(prepareAs("find-artifact"))
    .where("a.owner_uuid", "=", owner)
    .executeTakeFirst();
  return row === undefined ? null : toArtifactRow(row);
}

/** What its owner gave to whoever has a link. Null where there is none any more. */
export async function findLinkedArtifact(
  db: Kysely<Schema>,
  uuid: ArtifactUUID,
): Promise<ArtifactRow | null> {
  const row = await selectArtifact(db, uuid).where("a.deleted_at", "is", null).executeTakeFirst();
  return row === undefined ? null : toArtifactRow(row);
}

/** A use is written down at most so often. */
const NOTED_EVERY_MS = 60 * 60_000;

/**
 * Finds an artifact in order to use it: from now on it is kept for as long as one that was just made. Null also where its
 * owner has deleted it.
 */
export async function useArtifact(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  uuid: ArtifactUUID,
): Promise<ArtifactRow | null> {
  const row = await selectArtifact(db, uuid)
    .modifyFront(prepareAs("use-artifact"))
    .select(
      sql<boolean>`a.last_used_at < now() - ${NOTED_EVERY_MS} * interval '1 millisecond'`.as("forgotten"),
    )
    .where("a.owner_uuid", "=", owner)
    .where("a.deleted_at", "is", null)
    .executeTakeFirst();
  if (row === undefined) return null;
  if (!row.forgotten) return toArtifactRow(row);
  const { numUpdatedRows } = await db
    .updateTable("artifacts")
    .set({ last_used_at: sql<Date>`now()` })
    .where("uuid", "=", uuid)
    .executeTakeFirst();
  return numUpdatedRows === 0n ? null : toArtifactRow(row); // collected between the two
}

/** Hides it at once; what is left of it is removed when no run needs it. @returns whether there was one */
export async function deleteArtifact(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  uuid: ArtifactUUID,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("artifacts")
    .set({ deleted_at: sql<Date>`now()` })
    .where("uuid", "=", uuid)
    .where("owner_uuid", "=", owner)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function selectArtifact(db: Kysely<Schema>, uuid: ArtifactUUID) {
  return db
    .selectFrom("artifacts as a")
    .innerJoin("blobs as b", "b.digest", "a.digest")
    .select([
      "a.uuid",
      "a.digest",
      "a.owner_uuid",
      "a.kind",
      "a.task_uuid",
      "b.bytes",
      "b.media_type",
      "b.width",
      "b.height",
    ])
    .where("a.uuid", "=", uuid);
}

interface Columns {
  readonly uuid: ArtifactUUID;
  readonly digest: Digest;
  readonly owner_uuid: OwnerUUID;
  readonly kind: ArtifactRow["kind"];
  readonly task_uuid: TaskUUID | null;
  readonly bytes: string;
  readonly media_type: string;
  readonly width: number | null;
  readonly height: number | null;
}

const toArtifactRow = (row: Columns): ArtifactRow => ({
  uuid: row.uuid,
  digest: row.digest,
  owner: row.owner_uuid,
  kind: row.kind,
  taskUUID: row.task_uuid,
  bytes: Number(row.bytes),
  mediaType: row.media_type,
  width: row.width,
  height: row.height,
});
