import type pg from "pg";

/** What lives for a moment only, or means something only within its own database. */
const LEFT_BEHIND = new Set([
  "kysely_migration",
  "kysely_migration_lock",
  // Ordered by the transactions of their database; what they tell of is in rows of runs and tasks.
  "events",
  "workers",
  "sessions",
  "provider_paces",
  "previews",
]);

export interface TransferTable {
  readonly name: string;
  /** Those that a row is given; others follow from them. */
  readonly columns: readonly string[];
  /** The column that the database itself counts up; rows keep their order, not their numbers. */
  readonly counter: string | null;
  readonly hasOwner: boolean;
}

interface Column {
  readonly table: string;
  readonly name: string;
  readonly identity: boolean;
  readonly generated: boolean;
}

/** The tables to be taken along, each after those that it refers to: whatever later versions add is among them. */
export async function readTransferTables(client: pg.ClientBase, schema: string): Promise<TransferTable[]> {
  const { rows: columns } = await client.query<Column>(
    `select c.table_name as table, c.column_name as name, c.is_identity = 'YES' as identity,
       c.is_generated = 'ALWAYS' as generated
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = $1 and t.table_type = 'BASE TABLE' order by c.table_name, c.ordinal_position`,
    [schema],
  );
  const { rows: references } = await client.query<{ table: string; target: string }>(
    `select a.relname as table, b.relname as target from pg_constraint k
       join pg_class a on a.oid = k.conrelid join pg_class b on b.oid = k.confrelid
       join pg_namespace n on n.oid = a.relnamespace
     where k.contype = 'f' and n.nspname = $1 and a.oid <> b.oid`,
    [schema],
  );
  const names = [...new Set(columns.map((column) => column.table))].filter((name) => !LEFT_BEHIND.has(name));
  return inOrder(names, references).map((name) => {
    const own = columns.filter((column) => column.table === name);
    return {
      name,
      columns: own.filter((column) => !column.identity && !column.generated).map((column) => column.name),
      counter: own.find((column) => column.identity)?.name ?? null,
      hasOwner: own.some((column) => column.name === "owner_uuid"),
    };
  });
}

function inOrder(
  names: readonly string[],
  references: readonly { readonly table: string; readonly target: string }[],
): string[] {
  const ordered: string[] = [];
  const add = (name: string) => {
    if (ordered.includes(name) || !names.includes(name)) return;
    for (const { table, target } of references) if (table === name) add(target);
    ordered.push(name);
  };
  for (const name of names) add(name);
  return ordered;
}

/** The name of the last migration: rows fit only into tables that are as theirs were. */
export async function readLastMigration(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    "select name from kysely_migration order by name desc limit 1",
  );
  return rows[0]?.name ?? "";
}
