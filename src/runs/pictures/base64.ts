import { MaskloomError } from "../../errors.ts";
import { checkInputBytes, type ImageLimits } from "../../image/limits.ts";

/**
 * Bytes of base64 as clients write it: with or without padding, in the alphabet of URLs too, broken into lines. Node's own
 * decoder skips what is no base64, so that a path would become a few bytes of nonsense: such a text is refused.
 * @throws IMAGE_TOO_LARGE before anything is decoded, IMAGE_UNREADABLE
 */
export function decodePicture(text: string, limits: ImageLimits): Uint8Array {
  const digits = /\s/.test(text) ? text.replace(/\s+/g, "") : text;
  const padding = digits.endsWith("==") ? 2 : digits.endsWith("=") ? 1 : 0;
  const length = digits.length - padding;
  const expected = Math.floor((length * 3) / 4);
  checkInputBytes(expected, limits);
  const bytes = Buffer.from(digits, "base64");
  /* A character that was skipped leaves fewer bytes; but one digit after whole groups of four has no byte to miss. */
  if (expected > 0 && length % 4 !== 1 && bytes.length === expected) return bytes;
  throw new MaskloomError(
    "IMAGE_UNREADABLE",
    `expected base64, a data: URI with base64, a URL or the UUID of an image; got ${JSON.stringify(text.slice(0, 40))}`,
  );
}
