import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { MaskloomError, parseAs } from "../../errors.ts";
import type { InputFile } from "../input-files.ts";

/** One picture's row of `--inputs table.csv`: its values by the workflow's input names, empty cells left out. */
export interface TableRow {
  /** Line in the file, counted from 1. */
  readonly line: number;
  readonly file: string;
  readonly values: Readonly<Record<string, string>>;
}

const Rows = z.array(
  z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) }),
);

/**
 * Reads a CSV with a header line and a column `file`; comma or semicolon, quotes as usual.
 * @throws INPUT_MISSING, or INPUT_INVALID naming the line
 */
export async function readInputsTable(file: string): Promise<TableRow[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError(
      "INPUT_MISSING",
      `--inputs ${file}: expected a CSV file that can be read: ${reason}`,
    );
  });
  const rows = parseAs(Rows, parseCsv(file, text), `--inputs ${file}`);
  const seen = new Map<string, number>();
  return rows.map(({ record, info: { lines: line } }) => {
    const { file: name = "", ...cells } = record;
    if (name === "")
      throw new MaskloomError(
        "INPUT_INVALID",
        `${file}:${line}: expected the picture in the column named file`,
      );
    const other = seen.get(name);
    if (other !== undefined) {
      throw new MaskloomError("INPUT_INVALID", `${file}:${line}: ${name} stands in line ${other} already`);
    }
    seen.set(name, line);
    const given = Object.entries(cells).filter(([, value]) => value !== "");
    return { line, file: name, values: Object.fromEntries(given) };
  });
}

function parseCsv(file: string, text: string): unknown {
  const [header = ""] = text.split(/\r?\n/, 1);
  const delimiter = header.includes(";") && !header.includes(",") ? ";" : ",";
  const columns = (names: string[]) => {
    const clean = names.map((name) => name.trim());
    if (clean.includes("file")) return clean;
    throw new MaskloomError(
      "INPUT_INVALID",
      `${file}:1: expected a column named file, got ${clean.join(", ")}`,
    );
  };
  try {
    return parse(text, { bom: true, columns, delimiter, info: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    if (error instanceof MaskloomError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError("INPUT_INVALID", `--inputs ${file}: ${reason}`, { cause: error });
  }
}

export interface MatchedTable {
  readonly rows: ReadonlyMap<InputFile, TableRow>;
  readonly unmatched: readonly TableRow[];
}

/** A row names a picture by its relative name, its path (from here or from the table's folder), or a base name that is unique. */
export function matchTable(
  rows: readonly TableRow[],
  tableFile: string,
  files: readonly InputFile[],
): MatchedTable {
  const byName = new Map(files.map((file) => [file.name, file]));
  const byPath = new Map(files.map((file) => [file.path, file]));
  const byBase = new Map<string, InputFile | null>();
  for (const file of files) {
    const base = path.posix.basename(file.name);
    byBase.set(base, byBase.has(base) ? null : file);
  }
  const matched = new Map<InputFile, TableRow>();
  const unmatched: TableRow[] = [];
  for (const row of rows) {
    const found =
      byName.get(row.file.split("\\").join("/").replace(/^\.\//, "")) ??
      byPath.get(path.resolve(row.file)) ??
      byPath.get(path.resolve(path.dirname(tableFile), row.file)) ??
      byBase.get(row.file);
    if (found === undefined || found === null) unmatched.push(row);
    else matched.set(found, row);
  }
  return { rows: matched, unmatched };
}
