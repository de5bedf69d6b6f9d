import pg from "pg";
import { LOCAL_OWNER } from "./owners.ts";
import type { Store } from "./store.ts";
import { readLastMigration, readTransferTables, type TransferTable } from "./transfer-tables.ts";

/* All rows of an installation as lines of JSON, and back. The database makes and reads the JSON, so no number is rounded. */

const ROWS_AT_ONCE = 500;

async function connect({ connection, schema }: Pick<Store, "connection" | "schema">): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, options: `-c search_path=${schema}` });
  client.on("error", () => undefined); // whoever queries next hears of it
  await client.connect();
  return client;
}

export interface TableReader {
  readonly tables: readonly TransferTable[];
  readonly lastMigration: string;
  /** Its rows, some at a time, each as a line without its end. */
  read(table: TransferTable): AsyncGenerator<readonly string[]>;
  /** Digests and sizes of all pictures, some at a time. */
  readBlobs(): AsyncGenerator<readonly { readonly digest: string; readonly bytes: string }[]>;
  close(): Promise<void>;
}

/** Everything as it is at one moment, whatever goes on meanwhile. */
export async function openTableReader(store: Pick<Store, "connection" | "schema">): Promise<TableReader> {
  const client = await connect(store);
  await client.query("begin transaction isolation level repeatable read read only");
  const tables = await readTransferTables(client, store.schema);
  const page = async function* <Row extends pg.QueryResultRow>(
    select: string,
  ): AsyncGenerator<readonly Row[]> {
    await client.query(`declare page no scroll cursor for ${select}`);
    for (;;) {
      const { rows } = await client.query<Row>(`fetch ${ROWS_AT_ONCE} from page`);
      if (rows.length === 0) break;
      yield rows;
    }
    await client.query("close page");
  };
  return {
    tables,
    lastMigration: await readLastMigration(client),
    async *read({ name, counter }) {
      const order = counter === null ? "" : `order by ${pg.escapeIdentifier(counter)}`;
      const select = `select to_jsonb(t)::text as line from ${pg.escapeIdentifier(name)} t ${order}`;
      for await (const rows of page<{ line: string }>(select)) yield rows.map((row) => row.line);
    },
    readBlobs: () => page<{ digest: string; bytes: string }>("select digest, bytes from blobs"),
    async close() {
      await client.end();
    },
  };
}

const IMPORTED = "installation.import";

interface ImportNote {
  /** By which the same export is known again. */
  readonly target: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

export interface TableWriter {
  readonly tables: readonly TransferTable[];
  readonly lastMigration: string;
  /** Whether anything of anybody is here already, and whether an export of this name was taken in before. */
  look(name: string): Promise<{ readonly isEmpty: boolean; readonly isKnown: boolean }>;
  /** From here on until `commit` nothing is seen by others. @param replace whether secrets are replaced by those that come */
  begin(replace: boolean): Promise<void>;
  /** Rows that are here already stay as they are. @returns how many were added */
  write(table: TransferTable, lines: readonly string[]): Promise<number>;
  /** @param note what the audit says of it, in the same transaction */
  commit(note?: ImportNote): Promise<void>;
  /** Takes back what was not committed. */
  close(): Promise<void>;
}

const LOOKED_AT = ["runs", "batches", "artifacts", "keys", "workflow_versions", "calls"];

export async function openTableWriter(store: Pick<Store, "connection" | "schema">): Promise<TableWriter> {
  const client = await connect(store);
  const tables = await readTransferTables(client, store.schema);
  let replaceSecrets = false;
  return {
    tables,
    lastMigration: await readLastMigration(client),
    async look(name) {
      const any = LOOKED_AT.map((table) => `exists (select from ${table})`).join(" or ");
      const { rows } = await client.query<{ filled: boolean; known: boolean }>(
        `select ${any} as filled,
           exists (select from audit where action = $2 and target = $1) as known`,
        [name, IMPORTED],
      );
      return { isEmpty: rows[0]?.filled !== true, isKnown: rows[0]?.known === true };
    },
    async begin(replace) {
      replaceSecrets = replace;
      await client.query("begin");
      /* Who is called the same is the same: what is theirs there is theirs here. */
      await client.query(
        "create temporary table owner_here (given uuid primary key, here uuid) on commit drop",
      );
    },
    async write(table, lines) {
      const rows = `[${lines.join(",")}]`;
      const { rowCount } = await client.query(insertOf(table, replaceSecrets), [rows]);
      if (table.name === "owners") await client.query(MEET_OWNERS, [rows]);
      return rowCount ?? 0;
    },
    async commit(note) {
      if (note !== undefined) {
        await client.query(
          "insert into audit (owner_uuid, actor, action, target, detail) values ($1, 'cli', $2, $3, $4)",
          [LOCAL_OWNER, IMPORTED, note.target, JSON.stringify(note.detail)],
        );
      }
      await client.query("commit");
    },
    async close() {
      await client.end();
    },
  };
}

const MEET_OWNERS = `insert into owner_here (given, here)
  select (e->>'uuid')::uuid, o.uuid from jsonb_array_elements($1::jsonb) e join owners o on o.name = e->>'name'
  on conflict do nothing`;

function insertOf({ name, columns, counter, hasOwner }: TransferTable, replaceSecrets: boolean): string {
  const table = pg.escapeIdentifier(name);
  const list = columns.map((column) => pg.escapeIdentifier(column)).join(", ");
  const given = hasOwner
    ? "e.row || jsonb_build_object('owner_uuid', coalesce((select here from owner_here where given = (e.row->>'owner_uuid')::uuid)::text, e.row->>'owner_uuid'))"
    : "e.row";
  /* This installation's own name stays, or two would take each other's files for their own. */
  const which = name === "secrets" ? "where e.row->>'name' <> 'installation'" : "";
  const conflict =
    name === "secrets" && replaceSecrets
      ? "on conflict (name) do update set value = excluded.value"
      : counter === null || name === "tasks" || name === "batch_items"
        ? "on conflict do nothing"
        : "";
  return `insert into ${table} (${list})
    select ${columns.map((column) => `r.${pg.escapeIdentifier(column)}`).join(", ")}
    from jsonb_array_elements($1::jsonb) with ordinality as e(row, at),
      jsonb_populate_record(null::${table}, ${given}) r ${which} order by e.at ${conflict}`;
}
