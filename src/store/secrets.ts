import { randomBytes } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

const BYTES = 32;

/**
 * A secret of this installation, made when it is first asked for: the same for every process and after every restart.
 * Whoever deletes its row replaces it, and what was signed with it is void.
 */
export async function readSecret(db: Kysely<Schema>, name: string): Promise<Uint8Array> {
  const known = await findSecret(db, name);
  if (known !== undefined) return known;
  const value = randomBytes(BYTES);
  await sql`insert into secrets (name, value) values (${name}, ${value}) on conflict (name) do nothing`.execute(
    db,
  );
  return (await findSecret(db, name)) ?? value; // another process may have been first
}

/** What tells this installation from others that may use the same folders. No secret. */
export async function readInstallation(db: Kysely<Schema>): Promise<string> {
  return Buffer.from(await readSecret(db, "installation")).toString("hex", 0, 16);
}

async function findSecret(db: Kysely<Schema>, name: string): Promise<Uint8Array | undefined> {
  const row = await db.selectFrom("secrets").select("value").where("name", "=", name).executeTakeFirst();
  return row?.value;
}
