import type { Channels } from "../raster.ts";
import { asBuffer, startsWith } from "./bytes.ts";
import { type ImageFormat, PNG_COLOUR_CHUNKS, type PngChunk, type SourceContainer } from "./container.ts";
import { jpegDensity, pngDensity } from "./density.ts";
import { uprightExif } from "./exif.ts";
import { writeXmpSegments } from "./extended-xmp.ts";
import { APP1, type JpegSegment, MAX_SEGMENT_BYTES, readJpeg, writeJpeg } from "./jpeg-segments.ts";
import { readPngChunks, writePngChunks } from "./png-chunks.ts";
import { writeIccChunk, writeXmpChunk } from "./png-text.ts";
import { APP0, APP2, EXIF_MARK, ICC_MARK, JFIF_MARK } from "./read-container.ts";
import { type RiffChunk, readRiffChunks, writeRiffChunks } from "./riff-chunks.ts";
import { readWebpFrame } from "./webp-frame.ts";
import { uprightXmp } from "./xmp.ts";

/** The metadata to put around new pixels: upright, and only what fits their number of channels. */
interface Wrapping {
  readonly icc: Uint8Array | null;
  readonly exif: Uint8Array | null;
  readonly xmp: Uint8Array | null;
  readonly pngChunks: readonly PngChunk[];
  readonly pngDensity: PngChunk | null;
  readonly jpegDensity: Uint8Array | null;
}

/** Puts a source's metadata around freshly encoded pixels by copying bytes. Throws nothing on metadata that does not fit: it is left out. */
export function spliceContainer(
  encoded: Uint8Array,
  format: ImageFormat,
  channels: Channels,
  source: SourceContainer,
): Uint8Array {
  // WEBP has no grey: its pixels are RGB whatever was encoded.
  const grey = channels <= 2 && format !== "webp";
  return WRITERS[format](encoded, {
    icc: source.icc !== null && isProfileFor(source.icc, grey) ? source.icc : null,
    exif: source.exif === null ? null : uprightExif(source.exif),
    xmp: source.xmp === null ? null : uprightXmp(source.xmp),
    pngChunks: source.pngChunks.filter(({ type }) => type !== "pHYs"),
    pngDensity: pngDensity(source),
    jpegDensity: jpegDensity(source),
  });
}

const WRITERS: Record<ImageFormat, (encoded: Uint8Array, wrapping: Wrapping) => Uint8Array> = {
  png: wrapPng,
  jpg: wrapJpeg,
  webp: wrapWebp,
};

/** A profile says in bytes 16..19 which samples it is for (ICC.1, section 7.2.6). */
function isProfileFor(icc: Uint8Array, grey: boolean): boolean {
  return asBuffer(icc).toString("latin1", 16, 20) === (grey ? "GRAY" : "RGB ");
}

function wrapPng(encoded: Uint8Array, { icc, exif, xmp, pngChunks, pngDensity }: Wrapping): Uint8Array {
  const chunks = readPngChunks(encoded).filter(({ type }) =>
    ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].includes(type),
  );
  const header = chunks.slice(0, 1);
  const isColour = ({ type }: PngChunk): boolean => PNG_COLOUR_CHUNKS.has(type);
  return writePngChunks([
    ...header,
    ...(icc === null ? [] : [writeIccChunk(icc)]),
    ...pngChunks.filter(isColour), // these must stand before the pixels
    ...(pngDensity === null ? [] : [pngDensity]),
    ...(exif === null ? [] : [{ type: "eXIf", data: exif }]),
    ...(xmp === null ? [] : [writeXmpChunk(xmp)]),
    ...pngChunks.filter((chunk) => !isColour(chunk)),
    ...chunks.slice(1),
  ]);
}

function wrapJpeg(encoded: Uint8Array, { icc, exif, xmp, jpegDensity }: Wrapping): Uint8Array {
  const { segments, scans } = readJpeg(encoded);
  const kept = segments.filter(({ marker, data }) => {
    const replaced = marker === APP0 ? JFIF_MARK : marker === APP2 ? ICC_MARK : null;
    return marker !== APP1 && (replaced === null || !startsWith(data, replaced));
  });
  const marked = (marker: number, ...parts: Uint8Array[]): JpegSegment => ({
    marker,
    data: Buffer.concat(parts),
  });
  const wrapped = [
    marked(
      APP0,
      JFIF_MARK,
      Buffer.from([1, 2]),
      jpegDensity ?? Buffer.from([0, 0, 1, 0, 1]),
      Buffer.from([0, 0]),
    ),
    ...(exif === null ? [] : [marked(APP1, EXIF_MARK, exif)]),
    ...(xmp === null ? [] : writeXmpSegments(xmp)),
    ...splitIcc(icc).map((part) => marked(APP2, ICC_MARK, part)),
  ];
  return writeJpeg({
    segments: [...wrapped.filter(({ data }) => data.length <= MAX_SEGMENT_BYTES), ...kept],
    scans,
  });
}

function splitIcc(icc: Uint8Array | null): Uint8Array[] {
  if (icc === null) return [];
  const room = MAX_SEGMENT_BYTES - ICC_MARK.length - 2;
  const count = Math.ceil(icc.length / room);
  if (count > 255) return [];
  return Array.from({ length: count }, (_, i) =>
    Buffer.concat([Buffer.from([i + 1, count]), icc.subarray(i * room, (i + 1) * room)]),
  );
}

const VP8X_ICC = 0x20;
const VP8X_ALPHA = 0x10;
const VP8X_EXIF = 0x08;
export const VP8X_XMP = 0x04;

/** The data of the VP8X chunk that stands first in a WEBP with metadata: the one that is there, or one without flags of any. */
export function extendedHeader(chunks: readonly RiffChunk[]): Uint8Array {
  const [first] = chunks;
  if (first?.type === "VP8X") return first.data;
  const { width, height, alpha } = readWebpFrame(chunks);
  const header = Buffer.alloc(10);
  header[0] = alpha ? VP8X_ALPHA : 0;
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  return header;
}

function wrapWebp(encoded: Uint8Array, { icc, exif, xmp }: Wrapping): Uint8Array {
  if (icc === null && exif === null && xmp === null) return encoded;
  const chunks = readRiffChunks(encoded);
  const pixels = chunks.filter(({ type }) => ["ALPH", "VP8 ", "VP8L"].includes(type));
  const header = Buffer.from(extendedHeader(chunks));
  header[0] =
    ((header[0] ?? 0) & VP8X_ALPHA) |
    (icc === null ? 0 : VP8X_ICC) |
    (exif === null ? 0 : VP8X_EXIF) |
    (xmp === null ? 0 : VP8X_XMP);
  const optional = (type: string, data: Uint8Array | null): RiffChunk[] =>
    data === null ? [] : [{ type, data }];
  return writeRiffChunks([
    { type: "VP8X", data: header },
    ...optional("ICCP", icc),
    ...pixels,
    ...optional("EXIF", exif),
    ...optional("XMP ", xmp),
  ]);
}
