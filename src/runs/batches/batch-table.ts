import path from "node:path";
import type { JsonObject } from "../../contracts/json.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { checkInputs } from "../../engine/language/inputs.ts";
import { MaskloomError, toMaskloomError } from "../../errors.ts";
import type { FeedItem } from "../../store/batch-feeds.ts";
import type { BatchSource } from "./batch-source.ts";
import { composed, countNames, doubleRow, parseInputsTable, rowName, type TableRow } from "./inputs-table.ts";

/** The table of a batch: what single pictures have of their own. */
export interface BatchTable {
  readonly rows: readonly TableRow[];
  /** Where its rows say which pictures there are; null where something else does. */
  readonly source: BatchSource | null;
}

/** In front of a line's number, in messages. */
const PLACE = "table";

/** Reads the table and checks every value. @throws INPUT_INVALID naming the line */
export function readBatchTable(
  text: string,
  workflow: Workflow,
  common: Readonly<Record<string, unknown>>,
): BatchTable {
  const rows = parseInputsTable(text, { said: "table", place: PLACE, hasUrls: true });
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
    throw new MaskloomError(code, `${PLACE}:${line}: ${message}`, { cause: error });
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
 * @throws INPUT_INVALID where two rows are about one picture: one by its name, one by its base name
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
  const rowsOf = matcher(rows, items);
  const used = new Set<TableRow>();
  const filled = items.map((item) => {
    const [row, other] = rowsOf(item);
    if (row !== undefined && other !== undefined) throw doubleRow(PLACE, row, other);
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
  const names = countNames(items.map(nameOf));
  const bases = countNames(items.map(baseOf));
  return (item: FeedItem): readonly TableRow[] => {
    const [name, base] = [nameOf(item), baseOf(item)];
    const own = names.get(name) === 1 ? byName.get(name) : undefined;
    const short = bases.get(base) === 1 ? byName.get(base) : undefined;
    return [...new Set([own, short])].filter((row) => row !== undefined);
  };
}
