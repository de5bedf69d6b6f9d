import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/* By what names providers have pictures of ours, so that no worker sends one again that another one sent, or the one before it. */

/** The service, and a Maskloom, delete what was not used for 30 days. */
const USABLE_DAYS = 25;
const FORGOTTEN_DAYS = 30;
const FORGET_AT_ONCE = 200;

export interface UploadKey {
  /** Digest of the peer's address and account. */
  readonly place: string;
  /** Whose picture it is: nobody's name for a picture is told to another one. */
  readonly owner: string;
  /** SHA-256 of its bytes. */
  readonly digest: string;
}

/** The name under which the peer has the picture, if it was used lately; it counts as used from now on. */
export async function findUpload(
  db: Kysely<Schema>,
  { place, owner, digest }: UploadKey,
): Promise<string | null> {
  const { rows } = await sql<{ reference: string }>`
    update provider_uploads set used_at = now()
    where place = ${place} and owner_uuid = ${owner} and digest = ${digest}
      and used_at > now() - ${USABLE_DAYS} * interval '1 day'
    returning reference`.execute(db);
  return rows[0]?.reference ?? null;
}

/** Keeps a name, and lets some go that are of no use any more. */
export async function keepUpload(
  db: Kysely<Schema>,
  { place, owner, digest }: UploadKey,
  reference: string,
): Promise<void> {
  await sql`
    with old as (
      select place, owner_uuid, digest from provider_uploads where used_at < now() - ${FORGOTTEN_DAYS} * interval '1 day'
        and (place, owner_uuid, digest) <> (${place}, ${owner}::uuid, ${digest})
      limit ${FORGET_AT_ONCE} for update skip locked
    ), forgotten as (
      delete from provider_uploads u using old
      where (u.place, u.owner_uuid, u.digest) = (old.place, old.owner_uuid, old.digest)
    )
    insert into provider_uploads (place, owner_uuid, digest, reference) values (${place}, ${owner}, ${digest}, ${reference})
    on conflict (place, owner_uuid, digest) do update set reference = excluded.reference, used_at = now()`.execute(
    db,
  );
}

/** The peer does not know these any more. */
export async function forgetUploads(
  db: Kysely<Schema>,
  place: string,
  references: readonly string[],
): Promise<void> {
  await db
    .deleteFrom("provider_uploads")
    .where("place", "=", place)
    .where("reference", "in", [...references])
    .execute();
}
