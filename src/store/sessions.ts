import { createHash, randomBytes } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Caller, KeyId } from "../contracts/caller.ts";
import type { OwnerUUID } from "../contracts/ids.ts";
import { hashOfKey } from "./key-secret.ts";
import type { Schema } from "./schema.ts";

/* People who are signed in. A session is of a key and ends with it; what the cookie holds is stored nowhere. */

export const IDLE_SECONDS = 2 * 60 * 60;
export const LONGEST_SECONDS = 7 * 24 * 60 * 60;
/** A session's use is written down at most this often. */
const USE_NOTED_SECONDS = 60;
const TOKEN_BYTES = 32;
/** Of base64url. */
const TOKEN = /^[\w-]{43}$/;

interface NewSession {
  /** What the cookie holds; not to be had again. */
  readonly token: string;
  readonly csrf: string;
}

export interface Session {
  readonly owner: OwnerUUID;
  readonly keyId: KeyId | null;
  readonly role: Caller["role"];
  readonly limits: Caller["limits"];
  readonly csrf: string;
}

/** @param configured the key of the configuration: a session that was begun with it ends when it changes */
export async function createSession(
  db: Kysely<Schema>,
  { owner, keyId }: Pick<Caller, "owner" | "keyId">,
  configured: string | undefined,
): Promise<NewSession> {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const csrf = randomBytes(TOKEN_BYTES).toString("base64url");
  const hash = keyId === null ? hashWith(token, configured ?? "") : hashOfKey(token);
  await sql`
    with ended as (delete from sessions where ${over("sessions")})
    insert into sessions (hash, owner_uuid, key_id, csrf) values (${hash}, ${owner}, ${keyId}, ${csrf})`.execute(
    db,
  );
  return { token, csrf };
}

interface Row {
  owner_uuid: OwnerUUID;
  key_id: KeyId | null;
  role: Caller["role"] | null;
  requests_per_minute: number | null;
  concurrency: number | null;
  csrf: string;
}

/** Whose session this is, noting its use; null where it is over, its key is revoked, or there never was one. */
export async function findSession(
  db: Kysely<Schema>,
  token: string,
  configured: string | undefined,
): Promise<Session | null> {
  if (!TOKEN.test(token)) return null;
  const { rows } = await sql<Row>`
    with used as (
      update sessions set last_used_at = now() where ${isOne(token, configured)} and not ${over("sessions")}
        and last_used_at < now() - ${USE_NOTED_SECONDS} * interval '1 second'
    )
    select s.owner_uuid, s.key_id, k.role, k.requests_per_minute, k.concurrency, s.csrf
    from (select owner_uuid, key_id, csrf, created_at, last_used_at from sessions where ${isOne(token, configured)}) s left join keys k on k.id = s.key_id
    where not ${over("s")} and k.revoked_at is null`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    owner: row.owner_uuid,
    keyId: row.key_id,
    role: row.role ?? "admin", // the configuration's key has every right
    limits: { requestsPerMinute: row.requests_per_minute, concurrency: row.concurrency },
    csrf: row.csrf,
  };
}

/** Ends it on every machine and in every tab at once. */
export async function deleteSession(
  db: Kysely<Schema>,
  token: string,
  configured: string | undefined,
): Promise<void> {
  if (TOKEN.test(token)) await sql`delete from sessions where ${isOne(token, configured)}`.execute(db);
}

export async function ownerName(db: Kysely<Schema>, owner: OwnerUUID): Promise<string> {
  const row = await db.selectFrom("owners").select("name").where("uuid", "=", owner).executeTakeFirst();
  return row?.name ?? owner;
}

function over(session: "sessions" | "s") {
  const column = (name: string) => sql.ref(`${session}.${name}`);
  return sql`(${column("last_used_at")} < now() - ${IDLE_SECONDS} * interval '1 second'
    or ${column("created_at")} < now() - ${LONGEST_SECONDS} * interval '1 second')`;
}

function isOne(token: string, configured: string | undefined) {
  const ofKey = sql`(hash = ${hashOfKey(token)} and key_id is not null)`;
  if (configured === undefined) return ofKey;
  return sql`(${ofKey} or (hash = ${hashWith(token, configured)} and key_id is null))`;
}

const hashWith = (token: string, configured: string): Buffer =>
  createHash("sha256").update(token, "utf8").update(" ").update(configured, "utf8").digest();
