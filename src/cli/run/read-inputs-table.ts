import { readFile } from "node:fs/promises";
import { isS3Address } from "../../artifacts/s3-address.ts";
import { MaskloomError } from "../../errors.ts";
import { parseInputsTable, type TableRow } from "../../runs/batches/inputs-table.ts";
import type { PictureFiles } from "../picture-files.ts";

/**
 * Reads the table that `--inputs` names, of this machine or of S3.
 * @throws INPUT_MISSING, or INPUT_INVALID naming the line
 */
export async function readInputsTable(file: string, files: Pick<PictureFiles, "read">): Promise<TableRow[]> {
  const text = await readText(file, files).catch((error: unknown) => {
    throw new MaskloomError(
      "INPUT_MISSING",
      `--inputs ${file}: expected a CSV file that can be read, ${whyNot(error)}`,
      { cause: error },
    );
  });
  return parseInputsTable(text, { said: `--inputs ${file}`, place: file, hasUrls: false });
}

function whyNot(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "this is a folder; name the table in it";
  return error instanceof Error ? error.message : String(error);
}

async function readText(file: string, files: Pick<PictureFiles, "read">): Promise<string> {
  if (!isS3Address(file)) return readFile(file, "utf8");
  return Buffer.from(await files.read(file)).toString("utf8");
}
