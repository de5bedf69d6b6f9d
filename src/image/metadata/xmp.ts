import { asBuffer } from "./bytes.ts";

/* The packet is read as Latin-1 so that every byte survives and lengths in bytes stay lengths in characters. */

const ORIENTATION = /(tiff:Orientation\s*(?:=\s*["']|>)\s*)[1-8]/g;
const THUMBNAIL = /(<(\w+):image>)([^<]*)(<\/\2:image>)/g;

/** A copy of equal length that fits repainted upright pixels: orientation 1, embedded thumbnails blanked. */
export function uprightXmp(xmp: Uint8Array): Uint8Array {
  const text = asBuffer(xmp)
    .toString("latin1")
    .replace(ORIENTATION, (_match, before: string) => `${before}1`)
    .replace(THUMBNAIL, (_match, open: string, _prefix, content: string, close: string) =>
      [open, " ".repeat(content.length), close].join(""),
    );
  return Buffer.from(text, "latin1");
}
