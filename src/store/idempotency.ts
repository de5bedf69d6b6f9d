import { type Kysely, sql } from "kysely";
import type { OwnerUUID } from "../contracts/ids.ts";
import type { Schema } from "./schema.ts";

export interface IdempotentRequest {
  readonly owner: OwnerUUID;
  readonly key: string;
  /** Of the operation and everything that was sent. */
  readonly digest: string;
}

export type Claim =
  /** Nobody made it yet: the caller does, under this UUID, and says so. */
  | { readonly kind: "make"; readonly uuid: string }
  | { readonly kind: "made"; readonly uuid: string }
  /** The same request is under way. */
  | { readonly kind: "underWay" }
  /** The key was used for another request. */
  | { readonly kind: "other" };

const KEPT = "24 hours";
/** Who has said nothing for so long is gone, and another one may do it. */
const HELD = "20 seconds";

interface Row {
  digest: string;
  made_uuid: string;
  done: boolean;
  is_new: boolean;
}

/** @param uuid under which it is to be made, if it was not begun before */
export async function claimRequest(
  db: Kysely<Schema>,
  { owner, key, digest }: IdempotentRequest,
  uuid: string,
): Promise<Claim> {
  return db.transaction().execute(async (transaction) => {
    await sql`delete from idempotency_keys where created_at < now() - ${KEPT}::interval`.execute(transaction);
    const { rows } = await sql<Row>`
      insert into idempotency_keys (owner_uuid, key, digest, made_uuid, held_until)
      values (${owner}, ${key}, ${digest}, ${uuid}, now() + ${HELD}::interval)
      on conflict (owner_uuid, key) do update set held_until =
        case when idempotency_keys.held_until < now() and not idempotency_keys.done and idempotency_keys.digest = ${digest}
          then now() + ${HELD}::interval else idempotency_keys.held_until end
      returning digest, made_uuid, done, held_until = now() + ${HELD}::interval as is_new`.execute(
      transaction,
    );
    const row = rows[0];
    if (row === undefined || row.digest !== digest) return { kind: "other" };
    if (row.done) return { kind: "made", uuid: row.made_uuid };
    return row.is_new ? { kind: "make", uuid: row.made_uuid } : { kind: "underWay" };
  });
}

/** Goes on holding it. */
export async function holdRequest(db: Kysely<Schema>, { owner, key }: IdempotentRequest): Promise<void> {
  await sql`
    update idempotency_keys set held_until = now() + ${HELD}::interval
    where owner_uuid = ${owner} and key = ${key} and not done`.execute(db);
}

export async function noteMade(db: Kysely<Schema>, { owner, key }: IdempotentRequest): Promise<void> {
  await db
    .updateTable("idempotency_keys")
    .set({ done: true })
    .where("owner_uuid", "=", owner)
    .where("key", "=", key)
    .execute();
}

/** The request was refused and made nothing: it may be sent again, in another form, too. */
export async function forgetRequest(db: Kysely<Schema>, { owner, key }: IdempotentRequest): Promise<void> {
  await db
    .deleteFrom("idempotency_keys")
    .where("owner_uuid", "=", owner)
    .where("key", "=", key)
    .where("done", "=", false)
    .execute();
}
