import { parse } from "csv-parse/sync";
import { z } from "zod";
import { MaskloomError, parseAs } from "../../errors.ts";
import { tableFault } from "./table-fault.ts";

/** One picture's row of a table of inputs: its values by the workflow's input names, empty cells left out. */
export interface TableRow {
  /** Line in the file, counted from 1. */
  readonly line: number;
  /** Empty only where the row says by its `url` which picture it is about. */
  readonly file: string;
  readonly url?: string;
  readonly values: Readonly<Record<string, string>>;
}

/** A name as it is compared: an é of one code point, and of two, as files that came from a Mac have it, is the same. */
export const composed = (name: string): string => name.normalize("NFC");

/** What to say where a file seems to be there, and is not taken: two spellings of one name look the same. */
export const OWN_SPELLING =
  "; another picture's name differs from this one only in code points, as on a Mac, so that only a file in its own counts";

/** How many of these names are one name, by that. */
export function countNames(names: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(composed(name), (counts.get(composed(name)) ?? 0) + 1);
  return counts;
}

/** By what a row finds its picture: `./sub\\a.jpg` is sub/a.jpg. */
export const rowName = ({ file }: Pick<TableRow, "file">): string =>
  composed(file.replaceAll("\\", "/").replace(/^\.\//, ""));

interface TableName {
  /** As messages call the table: `--inputs table.csv`. */
  readonly said: string;
  /** In front of a line's number: `table.csv`. */
  readonly place: string;
  /** Whether a column `url` says where pictures are, instead of being an input's. */
  readonly hasUrls: boolean;
}

const Rows = z.array(
  z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) }),
);

/**
 * Reads a CSV with a header line and a column `file`; comma, semicolon or tab, quotes as usual.
 * @throws INPUT_INVALID naming the line
 */
export function parseInputsTable(text: string, name: TableName): TableRow[] {
  const { said, place, hasUrls } = name;
  refuseOtherEncoding(text, place);
  refuseEmpty(text, name);
  const rows = parseAs(Rows, parseCsv(text, name), said);
  const seen = new Map<string, NamedRow>();
  return rows.map(({ record, info: { lines: line } }) => {
    const { file = "", ...others } = record;
    const { url = "", ...cells } = hasUrls ? others : { ...others, url: "" };
    if (file === "" && url === "")
      throw new MaskloomError(
        "INPUT_INVALID",
        `${place}:${line}: expected the picture in the column named file`,
      );
    const other = file === "" ? undefined : seen.get(rowName({ file }));
    if (other !== undefined) throw doubleRow(place, { file, line }, other);
    seen.set(rowName({ file }), { file, line });
    const given = Object.entries(cells).filter(([, value]) => value !== "");
    return { line, file, ...(url === "" ? {} : { url }), values: Object.fromEntries(given) };
  });
}

type NamedRow = Pick<TableRow, "file" | "line">;

/**
 * What to say of two rows about one picture, of which one would be lost: the first of them stands there already.
 * @param place as of `parseInputsTable`
 */
export function doubleRow(place: string, one: NamedRow, other: NamedRow): MaskloomError {
  const [first, second] = one.line < other.line ? [one, other] : [other, one];
  return new MaskloomError("INPUT_INVALID", `${place}:${second.line}: ${describeDouble(second.file, first)}`);
}

/** Two spellings of one name look the same, so that it is said. */
function describeDouble(file: string, other: NamedRow): string {
  const said = `${file} stands in line ${other.line} already`;
  if (file === other.file) return said;
  const isAccents = composed(file) === composed(other.file);
  return `${said}, ${isAccents ? "its accents written in other code points, as on a Mac" : `as ${other.file}`}`;
}

/** What is left where bytes are no UTF-8. Prompts and names would be damaged without a word. */
const REPLACEMENT = "\uFFFD";

function refuseOtherEncoding(text: string, place: string): void {
  const at = text.indexOf(REPLACEMENT);
  if (at < 0) return;
  const line = text.slice(0, at).split("\n").length;
  throw new MaskloomError(
    "INPUT_INVALID",
    `${place}:${line}: expected UTF-8, got text of another encoding; save the table as UTF-8 (in Excel: CSV UTF-8)`,
  );
}

/** A table that an interrupted export left empty would otherwise mean that no picture has values of its own. */
function refuseEmpty(text: string, { place, hasUrls }: TableName): void {
  if (text.replace(/^\uFEFF/, "").trim() !== "") return;
  throw new MaskloomError(
    "INPUT_INVALID",
    `${place}:1: expected ${expectedColumn(hasUrls)}, got an empty file`,
  );
}

const expectedColumn = (hasUrls: boolean): string =>
  hasUrls ? "a column named file or url" : "a column named file";

function parseCsv(text: string, { place, hasUrls }: TableName): unknown {
  const [header = ""] = text.split(/\r?\n/, 1);
  const delimiter = [",", ";", "\t"].find((one) => header.includes(one)) ?? ",";
  const columns = (names: string[]) => {
    const clean = names.map((name) => name.trim());
    if (clean.includes("file") || (hasUrls && clean.includes("url"))) return clean;
    throw new MaskloomError(
      "INPUT_INVALID",
      `${place}:1: expected ${expectedColumn(hasUrls)}, got ${clean.join(", ")}`,
    );
  };
  try {
    return parse(text, { bom: true, columns, delimiter, info: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    if (error instanceof MaskloomError) throw error;
    throw tableFault(error, { text, place, delimiter });
  }
}
