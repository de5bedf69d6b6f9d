import { readFile } from "node:fs/promises";
import process from "node:process";
import { buffer as readBytes } from "node:stream/consumers";
import { hasCode, MaskloomError } from "../errors.ts";
import { carriedTexts } from "../image/metadata/generation/carried-texts.ts";
import { readContainer } from "../image/metadata/read-container.ts";
import { sniffFormat } from "../image/sniff-format.ts";
import type { SourceText } from "../importers/source-faults.ts";

/** Texts of a picture in the order in which they are worth a look. */
export type ChooseText = (texts: ReadonlyMap<string, string>) => string | undefined;

/** A payload may hold pictures as base64; beyond this it is another file. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * The text to import: of a file, of stdin (`-`), or that which a picture carries.
 * @param what the text of a picture is expected to be, for the message
 * @throws INPUT_MISSING, or INPUT_INVALID for a picture that does not carry it
 */
export async function readSource(file: string, choose: ChooseText, what: string): Promise<SourceText> {
  const bytes = file === "-" ? await readBytes(process.stdin) : await readWhole(file);
  const name = file === "-" ? "stdin" : file;
  const format = sniffFormat(bytes);
  if (format === null) return { file: name, text: bytes.toString("utf8").replace(/^\uFEFF/, "") };
  const texts = carriedTexts(readContainer(bytes, format));
  const text = choose(texts);
  if (text !== undefined) return { file: name, text };
  const carried = texts.size === 0 ? "no text at all" : `texts called ${[...texts.keys()].join(", ")}`;
  throw new MaskloomError(
    "INPUT_INVALID",
    `${name}: expected a picture that carries ${what}, received one with ${carried}`,
  );
}

async function readWhole(file: string): Promise<Buffer> {
  try {
    const bytes = await readFile(file);
    if (bytes.length <= MOST_BYTES) return bytes;
  } catch (error) {
    if (!hasCode(error, "ENOENT") && !hasCode(error, "EISDIR")) throw error;
    throw new MaskloomError("INPUT_MISSING", `${file}: expected a file, there is none`, { cause: error });
  }
  throw new MaskloomError("INPUT_INVALID", `${file}: expected at most ${MOST_BYTES} bytes`);
}
