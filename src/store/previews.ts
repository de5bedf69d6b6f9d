import { type Kysely, sql } from "kysely";
import type { OwnerUUID } from "../contracts/ids.ts";
import type { Schema } from "./schema.ts";

/* What a call looks like while a provider is at it: one small picture for each, gone soon after its end. */

/** Keeps a WEBP in the place of the one before. @returns false where the call is under way no more */
export async function keepPreview(
  db: Kysely<Schema>,
  callUUID: string,
  picture: Uint8Array,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into previews (call_uuid, task_uuid, picture)
    select c.uuid, t.uuid, ${Buffer.from(picture)} from calls c join tasks t on t.uuid = c.task_uuid
    where c.uuid = ${callUUID} and c.state = 'sent'
    on conflict (call_uuid) do update set picture = excluded.picture`.execute(db);
  return (numAffectedRows ?? 0n) > 0n;
}

/** Null where nothing is shown of it, where it does not exist, and where it is another owner's. */
export async function readPreview(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  callUUID: string,
): Promise<Uint8Array | null> {
  const row = await db
    .selectFrom("previews as p")
    .innerJoin("calls as c", "c.uuid", "p.call_uuid")
    .select("p.picture")
    .where("p.call_uuid", "=", callUUID)
    .where("c.owner_uuid", "=", owner)
    .executeTakeFirst();
  return row?.picture ?? null;
}

/** Those of calls that are under way no more, or that nobody waits for. */
export async function sweepPreviews(db: Kysely<Schema>): Promise<void> {
  await sql`delete from previews p
    where not exists (select from calls c join tasks t on t.uuid = c.task_uuid
      where c.uuid = p.call_uuid and c.state = 'sent' and t.status = 'running')`.execute(db);
}
