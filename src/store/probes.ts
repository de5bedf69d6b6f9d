import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/** Whether the database answers at all. */
export async function answers(db: Kysely<Schema>): Promise<boolean> {
  return (await sql`select 1`.execute(db)).rows.length === 1;
}

/** Whether the tables are there: the migrations have been applied. */
export async function hasMigrations(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql`select name from kysely_migration limit 1`.execute(db);
  return rows.length > 0;
}
