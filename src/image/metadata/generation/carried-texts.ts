import { inflateSync } from "node:zlib";
import { asBuffer } from "../bytes.ts";
import type { PngChunk, SourceContainer } from "../container.ts";
import { Tiff } from "../tiff.ts";

/** Texts of a file by where they stood: a PNG's keyword, or the name of an EXIF tag. The first of each name. */
export type CarriedTexts = ReadonlyMap<string, string>;

/** Graphs of ComfyUI run to several hundred kB; what is larger than this is not read. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_BYTES_OF_ALL = 4 * MOST_BYTES;
const MOST_TEXTS = 64;

const EXIF_DIRECTORY = 0x8769;
const USER_COMMENT = 0x9286;
/** ComfyUI's WEBP writes `prompt:{…}` into Model, and `workflow:{…}` into Make and what lies below it. */
const IMAGE_TAGS = { ImageDescription: 0x010e, Make: 0x010f, Model: 0x0110, Software: 0x0131 } as const;

/** Every text in which programs keep how a picture was made. Damaged ones count as absent. */
export function carriedTexts(container: SourceContainer): CarriedTexts {
  const texts = new Map<string, string>();
  const add = (key: string, text: string | null): void => {
    if (text !== null && !texts.has(key) && texts.size < MOST_TEXTS) texts.set(key, text);
  };
  let left = MOST_BYTES_OF_ALL;
  for (const chunk of container.pngChunks) {
    const read = left > 0 ? readPngText(chunk) : null;
    if (read === null) continue;
    add(read.key, read.text);
    left -= read.text.length;
  }
  if (container.exif !== null) addExifTexts(container.exif, add);
  if (container.xmp !== null) add("XMP UserComment", xmpUserComment(container.xmp));
  return texts;
}

/** tEXt and zTXt are Latin-1, iTXt is UTF-8 (PNG specification, 11.3.3). Many programs put UTF-8 into all of them. */
function readPngText({ type, data }: PngChunk): { key: string; text: string } | null {
  const keyEnd = data.indexOf(0);
  if (keyEnd < 1 || keyEnd > 79 || data.length > MOST_BYTES) return null;
  const key = asBuffer(data).toString("latin1", 0, keyEnd);
  if (type === "tEXt") return { key, text: decodeText(data.subarray(keyEnd + 1)) };
  if (type === "zTXt") return withText(key, inflate(data.subarray(keyEnd + 2)));
  if (type !== "iTXt") return null;
  const languageEnd = data.indexOf(0, keyEnd + 3);
  const translatedEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
  if (translatedEnd < 0) return null;
  const text = data.subarray(translatedEnd + 1);
  return withText(key, data[keyEnd + 1] === 1 ? inflate(text) : text);
}

const withText = (key: string, bytes: Uint8Array | null) =>
  bytes === null ? null : { key, text: decodeText(bytes) };

function inflate(data: Uint8Array): Uint8Array | null {
  try {
    return inflateSync(data, { maxOutputLength: MOST_BYTES });
  } catch {
    return null;
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return asBuffer(bytes).toString("latin1");
  }
}

function addExifTexts(exif: Uint8Array, add: (key: string, text: string | null) => void): void {
  const tiff = new Tiff(exif);
  const directory = tiff.number(tiff.firstDirectory, EXIF_DIRECTORY);
  const comments = [directory, tiff.firstDirectory].flatMap((at) =>
    at === null ? [] : [tiff.bytes(at, USER_COMMENT)],
  );
  for (const comment of comments) {
    if (comment !== null && comment.length <= MOST_BYTES)
      add("UserComment", readUserComment(comment, tiff.little));
  }
  for (const [key, tag] of Object.entries(IMAGE_TAGS)) {
    const bytes = tiff.bytes(tiff.firstDirectory, tag);
    if (bytes !== null && bytes.length <= MOST_BYTES) add(key, untilNul(decodeText(bytes)));
  }
}

/**
 * Eight bytes say the code (Exif 2.32, 4.6.5). UNICODE has no byte order of its own: the TIFF's is meant, yet A1111
 * writes big-endian into whatever it finds, so that the bytes themselves are asked.
 */
export function readUserComment(bytes: Uint8Array, little: boolean): string | null {
  const code = asBuffer(bytes).toString("latin1", 0, 8);
  const text = bytes.subarray(8);
  if (code === "UNICODE\0") return untilNul(decodeUtf16(text, little));
  if (code === "ASCII\0\0\0" || code === "\0\0\0\0\0\0\0\0") return untilNul(decodeText(text));
  return code.startsWith("JIS") ? null : untilNul(decodeText(bytes));
}

function decodeUtf16(bytes: Uint8Array, little: boolean): string {
  /* Some write UTF-8 after all: in UTF-16 every other byte of English is 0. */
  const mark = asBuffer(bytes).toString("hex", 0, 2);
  if (mark === "feff" || mark === "fffe") return utf16(bytes.subarray(2), mark === "fffe");
  let even = 0;
  let odd = 0;
  for (let at = 0; at + 1 < Math.min(bytes.length, 4096); at += 2) {
    if (bytes[at] === 0) even += 1;
    if (bytes[at + 1] === 0) odd += 1;
  }
  if (even === 0 && odd === 0 && isUtf8(bytes)) return decodeText(bytes);
  return utf16(bytes, even === odd ? little : odd > even);
}

function utf16(bytes: Uint8Array, little: boolean): string {
  return new TextDecoder(little ? "utf-16le" : "utf-16be").decode(bytes.subarray(0, bytes.length & ~1));
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const untilNul = (text: string): string => text.split("\0", 1)[0] ?? "";

/** Draw Things keeps its JSON here. */
function xmpUserComment(xmp: Uint8Array): string | null {
  if (xmp.length > MOST_BYTES) return null;
  const packet = asBuffer(xmp).toString("utf8");
  const start = packet.indexOf("<exif:UserComment");
  const end = start < 0 ? -1 : packet.indexOf("</exif:UserComment>", start);
  if (end < 0) return null;
  const item = packet.slice(start, end);
  return unescapeXml(item.slice(item.lastIndexOf("<rdf:li")).replace(/<[^<>]*>/g, "")).trim();
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/g,
    (all, hex, decimal, entity) => {
      if (typeof entity === "string") return ENTITIES[entity] ?? all;
      const code = Number.parseInt(hex ?? decimal, hex === undefined ? 10 : 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}
