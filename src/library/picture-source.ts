import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { MaskloomError } from "../errors.ts";

/** The bytes of a PNG, JPEG or WEBP file, or where to read them. */
export type PictureSource = Uint8Array | string | URL;

/** @throws INPUT_MISSING naming the file */
export async function readPicture(source: PictureSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  const file = source instanceof URL ? fileURLToPath(source) : source;
  return readFile(file).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError("INPUT_MISSING", `${file}: expected a readable image file: ${reason}`, {
      cause: error,
    });
  });
}
