import { startsWith } from "./bytes.ts";
import type { ImageFormat } from "./container.ts";
import { type JpegSegment, readJpeg, writeJpeg } from "./jpeg-segments.ts";
import { readPngChunks, writePngChunks } from "./png-chunks.ts";
import { readXmpChunk, writeXmpChunk } from "./png-text.ts";
import { addProvenance, type Provenance } from "./provenance.ts";
import { APP0, APP1, EXIF_MARK, readContainer, XMP_MARK } from "./read-container.ts";
import { type RiffChunk, readRiffChunks, writeRiffChunks } from "./riff-chunks.ts";
import { extendedHeader, MAX_SEGMENT_BYTES, VP8X_XMP } from "./write-container.ts";

/**
 * An encoded picture that says how it came about. Pixels and all other metadata are copied byte for byte. The very bytes
 * where its XMP cannot be read, or would not fit into the format.
 */
export function stampProvenance(bytes: Uint8Array, format: ImageFormat, provenance: Provenance): Uint8Array {
  const packet = addProvenance(readContainer(bytes, format).xmp, provenance);
  return packet === null ? bytes : REPLACERS[format](bytes, packet);
}

const REPLACERS: Record<ImageFormat, (bytes: Uint8Array, xmp: Uint8Array) => Uint8Array> = {
  png: replaceInPng,
  jpg: replaceInJpeg,
  webp: replaceInWebp,
};

function replaceInPng(bytes: Uint8Array, xmp: Uint8Array): Uint8Array {
  const chunks = readPngChunks(bytes);
  const own = chunks.findIndex((chunk) => readXmpChunk(chunk) !== null);
  const pixels = chunks.findIndex(({ type }) => type === "IDAT");
  const at = own < 0 ? pixels : own;
  return writePngChunks(chunks.toSpliced(at, own < 0 ? 0 : 1, writeXmpChunk(xmp)));
}

function replaceInJpeg(bytes: Uint8Array, xmp: Uint8Array): Uint8Array {
  const { segments, scans } = readJpeg(bytes);
  const data = Buffer.concat([XMP_MARK, xmp]);
  if (data.length > MAX_SEGMENT_BYTES) return bytes;
  const own = segments.findIndex((segment) => isMarked(segment, XMP_MARK));
  const before = segments.findLastIndex((one) => one.marker === APP0 || isMarked(one, EXIF_MARK));
  const at = own < 0 ? before + 1 : own;
  return writeJpeg({ segments: segments.toSpliced(at, own < 0 ? 0 : 1, { marker: APP1, data }), scans });
}

const isMarked = ({ marker, data }: JpegSegment, mark: Uint8Array): boolean =>
  marker === APP1 && startsWith(data, mark);

function replaceInWebp(bytes: Uint8Array, xmp: Uint8Array): Uint8Array {
  const chunks = readRiffChunks(bytes);
  const header = Buffer.from(extendedHeader(chunks));
  header[0] = (header[0] ?? 0) | VP8X_XMP;
  const kept = chunks.filter(({ type }) => type !== "VP8X" && type !== "XMP ");
  const extended: RiffChunk = { type: "VP8X", data: header };
  return writeRiffChunks([extended, ...kept, { type: "XMP ", data: xmp }]);
}
