import { deflateSync, inflateSync } from "node:zlib";
import { asBuffer, startsWith } from "./bytes.ts";
import type { PngChunk } from "./container.ts";

const XMP_KEYWORD = "XML:com.adobe.xmp";

/** Profiles and packets are small; what inflates to more than this is an attack, not metadata. */
const MAX_INFLATED_BYTES = 16 * 1024 * 1024;

function inflate(data: Uint8Array): Uint8Array | null {
  try {
    return inflateSync(data, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch {
    return null; // damaged metadata does not make the pixels unreadable
  }
}

/** The profile of an iCCP chunk: name, NUL, method 0, deflated profile. */
export function readIccChunk(data: Uint8Array): Uint8Array | null {
  const nameEnd = data.indexOf(0);
  return nameEnd < 1 || nameEnd > 79 ? null : inflate(data.subarray(nameEnd + 2));
}

export function writeIccChunk(icc: Uint8Array): PngChunk {
  const head = Buffer.from("ICC profile\0\0", "latin1");
  return { type: "iCCP", data: Buffer.concat([head, deflateSync(icc)]) };
}

/** The XMP packet of an iTXt chunk; null where the chunk is another text. */
export function readXmpChunk({ type, data }: PngChunk): Uint8Array | null {
  const keyword = Buffer.from(`${XMP_KEYWORD}\0`, "latin1");
  if (type !== "iTXt" || !asBuffer(data).subarray(0, keyword.length).equals(keyword)) return null;
  const compressed = data[keyword.length] === 1;
  const languageEnd = data.indexOf(0, keyword.length + 2);
  const translationEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
  if (translationEnd < 0) return null;
  const text = data.subarray(translationEnd + 1);
  return compressed ? inflate(text) : text;
}

/** EXIF, IPTC or XMP as hexadecimal text, which ImageMagick writes: a thumbnail in it could not be found and erased. */
export function isRawProfile({ data }: PngChunk): boolean {
  return startsWith(data, Buffer.from("Raw profile type ", "latin1"));
}

export function writeXmpChunk(xmp: Uint8Array): PngChunk {
  const head = Buffer.from(`${XMP_KEYWORD}\0\0\0\0\0`, "latin1");
  return { type: "iTXt", data: Buffer.concat([head, xmp]) };
}
