import { asBuffer, startsWith } from "./metadata/bytes.ts";
import type { ImageFormat } from "./metadata/container.ts";
import { isJpeg } from "./metadata/jpeg-segments.ts";
import { PNG_SIGNATURE } from "./metadata/png-chunks.ts";
import { isWebp } from "./metadata/riff-chunks.ts";

/** The format by content; a file's name and extension are never asked. Null = none that is read. */
export function sniffFormat(bytes: Uint8Array): ImageFormat | null {
  if (startsWith(bytes, PNG_SIGNATURE)) return "png";
  if (isJpeg(bytes)) return "jpg";
  return isWebp(bytes) ? "webp" : null;
}

const at = (offset: number, text: string) => (bytes: Uint8Array) =>
  startsWith(bytes.subarray(offset), Buffer.from(text, "latin1"));

/**
 * Past a declaration and comments. Step by step: one pattern with all of them has as many ways to divide comments among
 * its parts as there are subsets of them, and half a kilobyte of comments took for ever.
 */
function isSvg(text: string): boolean {
  let rest = text.trimStart();
  if (rest.startsWith("<?xml")) rest = rest.slice(rest.indexOf(">") + 1 || rest.length).trimStart();
  while (rest.startsWith("<!--")) {
    const end = rest.indexOf("-->", 4);
    if (end < 0) return false;
    rest = rest.slice(end + 3).trimStart();
  }
  return /^<svg[\s>]/.test(rest);
}

/** Formats that are recognised in order to be refused by name. */
const OTHER_FORMATS: readonly (readonly [string, (bytes: Uint8Array) => boolean])[] = [
  ["GIF", at(0, "GIF8")],
  ["BMP", at(0, "BM")],
  ["TIFF", (bytes) => at(0, "II*\0")(bytes) || at(0, "MM\0*")(bytes)],
  ["AVIF", (bytes) => at(4, "ftypavif")(bytes) || at(4, "ftypavis")(bytes)],
  ["HEIC", (bytes) => /^ftyp(hei|hev|mif1|msf1)/.test(asBuffer(bytes).toString("latin1", 4, 12))],
  ["JPEG XL", (bytes) => at(0, "\xff\x0a")(bytes) || at(4, "JXL \r\n\x87\n")(bytes)],
  ["JPEG 2000", at(4, "jP  \r\n\x87\n")],
  ["Photoshop", at(0, "8BPS")],
  ["icon", at(0, "\0\0\x01\0")],
  ["OpenEXR", at(0, "v/1\x01")],
  ["PDF", at(0, "%PDF")],
  ["SVG", (bytes) => isSvg(asBuffer(bytes).toString("utf8", 0, 512))],
];

/** Name of a format that is recognised but not read; null for anything else. */
export function sniffOtherFormat(bytes: Uint8Array): string | null {
  return OTHER_FORMATS.find(([, test]) => test(bytes))?.[0] ?? null;
}
