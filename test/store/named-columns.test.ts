import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

/*
 * Reads the sources: what is asked of a table is named. A newer version that runs beside this one may add a column, of which a
 * statement that takes all of them gets more than it knows: what is prepared fails once, a name of its own is ambiguous from then on,
 * and a row that is passed on as it is has a field too many. Of a subquery, or of an expression before it, all may be taken.
 */

const STORE = path.join(import.meta.dirname, "../../src/store");

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => ({ name, text: readFileSync(path.join(folder, name), "utf8") }));

const TABLES = new Set(
  filesOf(path.join(STORE, "migrations")).flatMap(({ text }) =>
    [...text.matchAll(/\bcreate table (?:if not exists )?(\w+)/g)].map(([, table = ""]) => table),
  ),
);

/** Where a source takes whatever columns a table has. */
function unnamedIn(text: string): readonly string[] {
  const isOfTable = (name: string) =>
    TABLES.has(name) ||
    [...text.matchAll(new RegExp(`\\b(\\w+) (?:as )?${name}\\b`, "g"))].some(([, table = ""]) =>
      TABLES.has(table),
    );
  const built = [...text.matchAll(/\.(?:selectAll|returningAll)\(/g)].map(([found]) => found);
  const given = [...text.matchAll(/\breturning\s+(?:\w+\.)?\*/g)].map(([found]) => found);
  const all = [...text.matchAll(/\bselect\s+\*[^`]*?\bfrom\s+(\w+|\()/g)].flatMap(([, from = ""]) =>
    TABLES.has(from) ? [`select * from ${from}`] : [],
  );
  const ofAlias = [...text.matchAll(/[\s,(](\w+)\.\*(?=[\s,)`])/g)].flatMap(([, alias = ""]) =>
    isOfTable(alias) ? [`${alias}.*`] : [],
  );
  return [...built, ...given, ...all, ...ofAlias];
}

describe("the columns that the store asks for", () => {
  it.each([
    ["db.selectFrom('calls').selectAll()"],
    ["db.selectFrom('keys as k').selectAll('k')"],
    ["db.deleteFrom('tasks').returningAll()"],
    ["sql`update tasks set a = 1 returning *`"],
    ["sql`update tasks t set a = 1 from x returning\n  t.*, x.b`"],
    ["sql`select * from runs`"],
    ["sql`select *, now() as at\n  from runs where uuid = 1`"],
    ["sql`select o.*, (select 1) as one from owners o`"],
    ["sql`select r.uuid, calls.* from runs r join calls on true`"],
    ["sql`select k.* from sessions s left join keys as k on k.id = s.key_id`"],
  ])("are seen where they are not named: %s", (text) => {
    expect(unnamedIn(text)).not.toEqual([]);
  });

  it.each([
    ["sql`select * from (select uuid from runs) as r`"],
    ["sql`select p.*, 1 as place from picked p join owners o on true`"],
    ["sql`select count(*) from runs r`"],
    ["sql`with room as (select uuid from tasks) select *, 1 as n from room`"],
  ])("may be all of a subquery's: %s", (text) => {
    expect(unnamedIn(text)).toEqual([]);
  });

  it("are named", () => {
    expect(TABLES.size).toBeGreaterThan(30);
    const found = filesOf(STORE)
      .filter(({ name }) => !name.startsWith("migrations"))
      .flatMap(({ name, text }) => unnamedIn(text).map((what) => `${name}: ${what}`));
    expect(found).toEqual([]);
  });
});
