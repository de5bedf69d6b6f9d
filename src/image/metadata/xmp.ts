import { asBuffer } from "./bytes.ts";

/* The packet is read as Latin-1 so that every byte survives and lengths in bytes stay lengths in characters. */

const ORIENTATION = /(tiff:Orientation\s*(?:=\s*["']|>)\s*)[1-8]/g;
/** A JPEG or a PNG in base64, as element or attribute, with line breaks of either. */
const PICTURE = /(?:\/9j\/|iVBORw0K)(?:[A-Za-z0-9+/=\s]|&#(?:x[0-9A-Fa-f]+|\d+);)*/g;

/** A copy of equal length that fits repainted upright pixels: orientation 1, embedded pictures blanked. */
export function uprightXmp(xmp: Uint8Array): Uint8Array {
  const text = asBuffer(xmp)
    .toString("latin1")
    .replace(ORIENTATION, (_match, before: string) => `${before}1`)
    .replace(PICTURE, (picture) => " ".repeat(picture.length));
  return Buffer.from(text, "latin1");
}
