import { startsWith } from "./bytes.ts";
import type { ImageFormat } from "./container.ts";
import { fitsSegment, isExtension, splitXmp, writeXmpSegments } from "./extended-xmp.ts";
import { APP1, type JpegSegment, readJpeg, writeJpeg, XMP_MARK } from "./jpeg-segments.ts";
import { readPngChunks, writePngChunks } from "./png-chunks.ts";
import { readXmpChunk, writeXmpChunk } from "./png-text.ts";
import { addProvenance, type Provenance, withoutPadding, withoutProvenance } from "./provenance.ts";
import { APP0, EXIF_MARK, readContainer } from "./read-container.ts";
import { type RiffChunk, readRiffChunks, writeRiffChunks } from "./riff-chunks.ts";
import { extendedHeader, VP8X_XMP } from "./write-container.ts";

/**
 * An encoded picture that says how it came about. Pixels and all other metadata are copied byte for byte. The very bytes
 * where its XMP cannot be read.
 */
export function stampProvenance(bytes: Uint8Array, format: ImageFormat, provenance: Provenance): Uint8Array {
  const before = readContainer(bytes, format).xmp;
  const packet = addProvenance(before, provenance);
  if (packet === null) return bytes;
  if (format === "png") return replaceInPng(bytes, packet);
  if (format === "webp") return replaceInWebp(bytes, packet);
  return replaceInJpeg(bytes, jpegSegmentsOf(before, packet, provenance));
}

/**
 * In a JPEG there is room for one packet of 64 kB that every program reads. What does not fit gives up its padding first;
 * then ours stays in that packet, and what was there goes on behind it. Where ours alone is too large all of it does.
 */
function jpegSegmentsOf(
  before: Uint8Array | null,
  packet: Uint8Array,
  provenance: Provenance,
): JpegSegment[] {
  if (fitsSegment(packet)) return writeXmpSegments(packet);
  const tight = withoutPadding(packet);
  const own = addProvenance(null, provenance);
  const isOwnLarge = own === null || own.length > MOST_OWN_BYTES;
  if (fitsSegment(tight) || before === null || isOwnLarge) return writeXmpSegments(tight);
  return splitXmp(withoutProvenance(before), (main) => addProvenance(main, provenance));
}

/** Beside it a segment holds the name of the rest. */
const MOST_OWN_BYTES = 65_000;

function replaceInPng(bytes: Uint8Array, xmp: Uint8Array): Uint8Array {
  const chunks = readPngChunks(bytes);
  const own = chunks.findIndex((chunk) => readXmpChunk(chunk) !== null);
  const pixels = chunks.findIndex(({ type }) => type === "IDAT");
  const at = own < 0 ? pixels : own;
  return writePngChunks(chunks.toSpliced(at, own < 0 ? 0 : 1, writeXmpChunk(xmp)));
}

function replaceInJpeg(bytes: Uint8Array, xmp: readonly JpegSegment[]): Uint8Array {
  const { segments: all, scans } = readJpeg(bytes);
  const segments = all.filter((segment) => !isExtension(segment));
  const own = segments.findIndex((segment) => isMarked(segment, XMP_MARK));
  const before = segments.findLastIndex((one) => one.marker === APP0 || isMarked(one, EXIF_MARK));
  const at = own < 0 ? before + 1 : own;
  return writeJpeg({ segments: segments.toSpliced(at, own < 0 ? 0 : 1, ...xmp), scans });
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
