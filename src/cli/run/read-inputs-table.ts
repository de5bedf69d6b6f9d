import { readFile } from "node:fs/promises";
import { MaskloomError } from "../../errors.ts";
import { parseInputsTable, type TableRow } from "../../runs/batches/inputs-table.ts";

/**
 * Reads the table that `--inputs` names.
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
  return parseInputsTable(text, { said: `--inputs ${file}`, place: file, hasUrls: false });
}
