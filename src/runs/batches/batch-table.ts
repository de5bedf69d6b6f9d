import path from "node:path";
import type { JsonObject } from "../../contracts/json.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { checkInputs } from "../../engine/language/inputs.ts";
import { MaskloomError, toMaskloomError } from "../../errors.ts";
import type { FeedItem } from "../../store/batch-feeds.ts";
import type { BatchSource } from "./batch-source.ts";
import { composed, parseInputsTable, rowName, type TableRow } from "./inputs-table.ts";

/** The table of a batch: what single pictures have of their own. */
export interface BatchTable {
  readonly rows: readonly TableRow[];
  /** Where its rows say where the pictures are. */
  readonly source: BatchSource | null;
}

/** Reads the table and checks every value. @throws INPUT_INVALID naming the line */
export function readBatchTable(
  text: string,
  workflow: Workflow,
  common: Readonly<Record<string, unknown>>,
): BatchTable {
  const rows = parseInputsTable(text, { said: "table", place: "table", hasUrls: true });
  const urls = rows.flatMap(({ url, file }) =>
    url === undefined ? [] : [file === "" ? url : { url, file }],
  );
  for (const row of rows) checkRow(row, workflow, common);
  return { rows, source: urls.length === 0 ? null : { urls } };
}

function checkRow({ line, values }: TableRow, workflow: Workflow, common: JsonLike): JsonObject {
  try {
    const checked = checkInputs(workflow, { ...common, ...values });
    return Object.fromEntries(Object.entries(checked).filter(([name]) => name in values));
  } catch (error) {
    const { code, message } = toMaskloomError(error);
    throw new MaskloomError(code, `table:${line}: ${message}`, { cause: error });
  }
}

type JsonLike = Readonly<Record<string, unknown>>;

interface TableMatch {
  readonly items: readonly FeedItem[];
  /** Rows that are about no picture. */
  readonly unmatched: readonly TableRow[];
}

/**
 * Gives each picture the values of its row: that of its name, or of its base name where only one picture has it; of a list
 * that the table itself is, row by row.
 */
export function applyTable(
  { rows, source }: BatchTable,
  items: readonly FeedItem[],
  workflow: Workflow,
  common: JsonLike,
): TableMatch {
  const valuesOf = (row: TableRow) => checkRow(row, workflow, common);
  if (source !== null) {
    const listed = rows.filter(({ url }) => url !== undefined);
    const unmatched = rows.filter(({ url }) => url === undefined);
    const filled = items.map((item, at) => withInputs(item, listed[at], valuesOf));
    return { items: filled, unmatched };
  }
  const rowOf = matcher(rows, items);
  const used = new Set<TableRow>();
  const filled = items.map((item) => {
    const row = rowOf(item);
    if (row !== undefined) used.add(row);
    return withInputs(item, row, valuesOf);
  });
  return { items: filled, unmatched: rows.filter((row) => !used.has(row)) };
}

function withInputs(
  item: FeedItem,
  row: TableRow | undefined,
  valuesOf: (row: TableRow) => JsonObject,
): FeedItem {
  const inputs = row === undefined ? {} : valuesOf(row);
  return Object.keys(inputs).length === 0 ? item : { ...item, inputs };
}

/** Where several pictures have a name, in whatever code points, a row with it is about none of them. */
function matcher(rows: readonly TableRow[], items: readonly FeedItem[]) {
  const byName = new Map(rows.map((row) => [rowName(row), row]));
  const nameOf = ({ file }: FeedItem) => composed(file);
  const baseOf = (item: FeedItem) => path.posix.basename(nameOf(item));
  const names = countsOf(items.map(nameOf));
  const bases = countsOf(items.map(baseOf));
  return (item: FeedItem): TableRow | undefined => {
    const [name, base] = [nameOf(item), baseOf(item)];
    const own = names.get(name) === 1 ? byName.get(name) : undefined;
    return own ?? (bases.get(base) === 1 ? byName.get(base) : undefined);
  };
}

function countsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
