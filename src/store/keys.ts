import { randomUUID, timingSafeEqual } from "node:crypto";
import { type Kysely, type Selectable, sql } from "kysely";
import type { Caller, KeyId, KeyLimits, Role } from "../contracts/caller.ts";
import type { OwnerUUID } from "../contracts/ids.ts";
import type { Labels } from "../contracts/labels.ts";
import { addAuditEntry } from "./audit.ts";
import { toJson } from "./json.ts";
import { hashOfKey, keyIdOf, newSecret } from "./key-secret.ts";
import type { Schema } from "./schema.ts";

export interface KeyView {
  readonly id: KeyId;
  readonly name: string;
  /** The owner's name. */
  readonly owner: string;
  readonly role: Role;
  readonly limits: KeyLimits;
  readonly labels: Labels;
  readonly createdAt: Date;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface NewKey {
  readonly name: string;
  /** Name of the owner, who is made where there is none of that name. */
  readonly owner: string;
  readonly role: Role;
  readonly limits: KeyLimits;
  /** Default: none. */
  readonly labels?: Labels;
  /** Through what it is made, for the audit. */
  readonly actor: string;
  /** The key that makes it; undefined where none is needed. */
  readonly by?: KeyId | null;
}

/** @returns the key's id and its text, which is not to be had again */
export async function createKey(
  db: Kysely<Schema>,
  { name, owner: ownerName, role, limits, labels = {}, actor, by }: NewKey,
): Promise<{ id: KeyId; key: string; owner: OwnerUUID }> {
  const { id, key, hash } = newSecret();
  const owner = await db.transaction().execute(async (transaction) => {
    const ownerUUID = await ensureOwner(transaction, ownerName);
    await transaction
      .insertInto("keys")
      .values({
        id,
        owner_uuid: ownerUUID,
        hash,
        name,
        role,
        requests_per_minute: limits.requestsPerMinute,
        concurrency: limits.concurrency,
        labels: toJson(labels),
      })
      .execute();
    await addAuditEntry(transaction, {
      owner: ownerUUID,
      actor,
      action: "key.create",
      target: id,
      detail: { name, role, ...limits, ...(by === undefined ? {} : { key: by }) },
    });
    return ownerUUID;
  });
  return { id, key, owner };
}

/** Two that make the same owner at once get the same. */
async function ensureOwner(db: Kysely<Schema>, name: string): Promise<OwnerUUID> {
  const { uuid } = await db
    .insertInto("owners")
    .values({ uuid: randomUUID() as string as OwnerUUID, name })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ name }))
    .returning("uuid")
    .executeTakeFirstOrThrow();
  return uuid;
}

export async function listKeys(
  db: Kysely<Schema>,
  { revoked }: { readonly revoked: boolean },
): Promise<KeyView[]> {
  let query = db
    .selectFrom("keys as k")
    .innerJoin("owners as o", "o.uuid", "k.owner_uuid")
    .select(["k.id", "k.name", "k.role", "k.labels", "k.created_at", "k.last_used_at", "k.revoked_at"])
    .select(["k.requests_per_minute", "k.concurrency"])
    .select("o.name as owner")
    .orderBy("k.created_at")
    .orderBy("k.id");
  if (!revoked) query = query.where("k.revoked_at", "is", null);
  return (await query.execute()).map((row) => ({
    id: row.id,
    name: row.name,
    owner: row.owner,
    role: row.role,
    limits: limitsOf(row),
    labels: row.labels,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }));
}

/** @returns when it was revoked, now or earlier; null where there is no such key */
export async function revokeKey(
  db: Kysely<Schema>,
  id: KeyId,
  actor: string,
  by?: KeyId | null,
): Promise<Date | null> {
  return db.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom("keys")
      .select(["owner_uuid", "revoked_at"])
      .where("id", "=", id)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined || row.revoked_at !== null) return row?.revoked_at ?? null;
    const { revoked_at } = await transaction
      .updateTable("keys")
      .set({ revoked_at: sql<Date>`now()` })
      .where("id", "=", id)
      .returning("revoked_at")
      .executeTakeFirstOrThrow();
    await addAuditEntry(transaction, {
      owner: row.owner_uuid,
      actor,
      action: "key.revoke",
      target: id,
      detail: by === undefined ? {} : { key: by },
    });
    return revoked_at;
  });
}

export interface KeyCount {
  /** Revoked ones included. */
  readonly made: number;
  readonly usable: number;
}

export async function countKeys(db: Kysely<Schema>): Promise<KeyCount> {
  const { made, usable } = await db
    .selectFrom("keys")
    .select(({ fn }) => [fn.countAll<string>().as("made")])
    .select(sql<string>`count(*) filter (where revoked_at is null)`.as("usable"))
    .executeTakeFirstOrThrow();
  return { made: Number(made), usable: Number(usable) };
}

const NO_HASH = Buffer.alloc(32);
/** A key's use is written down at most this often. */
const USE_NOTED_MS = 60_000;

/** Whose key this text is; null where it is none, another one, or revoked. */
export async function verifyKey(db: Kysely<Schema>, text: string): Promise<Caller | null> {
  const id = keyIdOf(text);
  if (id === null) return null;
  const row = await db
    .selectFrom("keys")
    .select([
      "hash",
      "owner_uuid",
      "role",
      "requests_per_minute",
      "concurrency",
      "last_used_at",
      "revoked_at",
    ])
    .where("id", "=", id)
    .executeTakeFirst();
  const isRight = timingSafeEqual(hashOfKey(text), row?.hash ?? NO_HASH);
  if (row === undefined || !isRight || row.revoked_at !== null) return null;
  if (Date.now() - (row.last_used_at?.getTime() ?? 0) > USE_NOTED_MS) await noteUse(db, id);
  return { owner: row.owner_uuid, keyId: id, role: row.role, limits: limitsOf(row) };
}

async function noteUse(db: Kysely<Schema>, id: KeyId): Promise<void> {
  await db.updateTable("keys").set({ last_used_at: sql<Date>`now()` }).where("id", "=", id).execute();
}

export async function isUsableKey(db: Kysely<Schema>, id: KeyId): Promise<boolean> {
  const row = await db.selectFrom("keys").select("revoked_at").where("id", "=", id).executeTakeFirst();
  return row !== undefined && row.revoked_at === null;
}

/** Those of the keys that are not in use any more: revoked, or gone with their owner. */
export async function findRevokedKeys(db: Kysely<Schema>, ids: readonly KeyId[]): Promise<KeyId[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: KeyId }>`
    select id from unnest(${ids}::text[]) as given(id)
    where not exists (select from keys k where k.id = given.id and k.revoked_at is null)`.execute(db);
  return rows.map((row) => row.id);
}

type LimitColumns = Pick<Selectable<Schema["keys"]>, "requests_per_minute" | "concurrency">;

function limitsOf(row: LimitColumns): KeyLimits {
  return { requestsPerMinute: row.requests_per_minute, concurrency: row.concurrency };
}
