import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/* Numbers that an admin has set while everything runs, by the names of their settings. */

export async function readChangedSettings(db: Kysely<Schema>): Promise<ReadonlyMap<string, number>> {
  const rows = await db.selectFrom("changed_settings").select(["name", "value"]).execute();
  return new Map(rows.map(({ name, value }) => [name, value]));
}

/** @param value null = as it is configured */
export async function changeSetting(db: Kysely<Schema>, name: string, value: number | null): Promise<void> {
  if (value === null) {
    await db.deleteFrom("changed_settings").where("name", "=", name).execute();
    return;
  }
  await sql`
    insert into changed_settings (name, value) values (${name}, ${value})
    on conflict (name) do update set value = excluded.value, changed_at = now()`.execute(db);
}
