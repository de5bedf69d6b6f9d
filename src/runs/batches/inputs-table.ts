import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { MaskloomError, parseAs } from "../../errors.ts";

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
