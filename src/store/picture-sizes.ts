import { type Kysely, sql } from "kysely";
import type { OwnerUUID } from "../contracts/ids.ts";
import type { PictureSize } from "../contracts/picture-size.ts";
import type { Schema } from "./schema.ts";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu;

/**
 * How large the owner's pictures are that are named anywhere in it, by their UUIDs; those that were never looked at, or are gone,
 * are left out.
 */
export async function readPictureSizes(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  named: unknown,
): Promise<Record<string, PictureSize>> {
  const uuids = [...new Set(JSON.stringify(named).match(UUID) ?? [])];
  if (uuids.length === 0) return {};
  const { rows } = await sql<PictureSize & { uuid: string }>`
    select a.uuid, b.width, b.height from artifacts a join blobs b on b.digest = a.digest
    where a.uuid = any(${uuids}::uuid[]) and a.owner_uuid = ${owner} and a.deleted_at is null
      and b.width is not null and b.height is not null`.execute(db);
  return Object.fromEntries(rows.map(({ uuid, ...size }) => [uuid, size]));
}
