import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { sql } from "kysely";
import type { Services } from "../../src/runs/services.ts";

/** Every row of every table, the queue's as well, as text. */
export async function storedRows({ store: { db } }: Services): Promise<string> {
  const { rows } = await sql<{ place: string }>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as place from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(db);
  const texts: string[] = [];
  for (const { place } of rows) {
    const found = await sql<{ text: string }>`select t::text as text from ${sql.raw(place)} t`.execute(db);
    texts.push(place, ...found.rows.map(({ text }) => text));
  }
  return texts.join("\n");
}

/** What lies in the home folder, but for the database, which was looked at already. */
export async function storedFiles(home: string): Promise<string> {
  const names = await readdir(home, { recursive: true, withFileTypes: true });
  const plain = names.filter((entry) => entry.isFile() && !entry.parentPath.includes("postgres"));
  const texts = await Promise.all(
    plain.map((entry) => readFile(path.join(entry.parentPath, entry.name), "latin1").catch(() => "")),
  );
  return texts.join("\n");
}
