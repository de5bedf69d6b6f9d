import { randomBytes } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

const BYTES = 32;

/**
 * A secret of this installation, made when it is first asked for: the same for every process and after every restart.
 * Whoever deletes its row replaces it, and what was signed with it is void.
 */
export async function readSecret(db: Kysely<Schema>, name: string): Promise<Uint8Array> {
  await sql`insert into secrets (name, value) values (${name}, ${randomBytes(BYTES)}) on conflict (name) do nothing`.execute(
    db,
  );
  const { value } = await db
    .selectFrom("secrets")
    .select("value")
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  return value;
}
