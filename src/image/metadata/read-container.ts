import { asBuffer, startsWith } from "./bytes.ts";
import { type ImageFormat, PNG_COLOUR_CHUNKS, PNG_TEXT_CHUNKS, type SourceContainer } from "./container.ts";
import { readExtendedXmp } from "./extended-xmp.ts";
import { APP1, type JpegSegment, readJpeg, XMP_MARK } from "./jpeg-segments.ts";
import { readPngChunks } from "./png-chunks.ts";
import { isRawProfile, readIccChunk, readXmpChunk } from "./png-text.ts";
import { withoutProvenance } from "./provenance.ts";
import { readRiffChunks } from "./riff-chunks.ts";
import { isTiff } from "./tiff.ts";

export const APP0 = 0xe0;
export const APP2 = 0xe2;
export const JFIF_MARK = Buffer.from("JFIF\0", "latin1");
export const EXIF_MARK = Buffer.from("Exif\0\0", "latin1");
export const ICC_MARK = Buffer.from("ICC_PROFILE\0", "latin1");

/** Everything in a file that is not pixels and that must survive. Damaged metadata counts as absent. */
export function readContainer(bytes: Uint8Array, format: ImageFormat): SourceContainer {
  return READERS[format](bytes);
}

const READERS: Record<ImageFormat, (bytes: Uint8Array) => SourceContainer> = {
  png: readPngContainer,
  jpg: readJpegContainer,
  webp: readWebpContainer,
};

const EMPTY: Omit<SourceContainer, "format" | "lossless"> = {
  icc: null,
  exif: null,
  xmp: null,
  pngChunks: [],
  jpegDensity: null,
};

function readPngContainer(bytes: Uint8Array): SourceContainer {
  const chunks = readPngChunks(bytes);
  const profile = chunks.find(({ type }) => type === "iCCP");
  const exif = chunks.find(({ type }) => type === "eXIf");
  const xmp = chunks.map(readXmpChunk).find((packet) => packet !== null);
  return {
    ...EMPTY,
    format: "png",
    lossless: true,
    icc: profile === undefined ? null : readIccChunk(profile.data),
    exif: tiffOf(exif?.data),
    xmp: xmp ?? null,
    pngChunks: chunks.filter(
      (chunk) =>
        PNG_COLOUR_CHUNKS.has(chunk.type) ||
        (PNG_TEXT_CHUNKS.has(chunk.type) && readXmpChunk(chunk) === null && !isRawProfile(chunk)),
    ),
  };
}

function readJpegContainer(bytes: Uint8Array): SourceContainer {
  const { segments } = readJpeg(bytes);
  const payload = (marker: number, mark: Uint8Array): Uint8Array | undefined =>
    segments.find((s) => s.marker === marker && startsWith(s.data, mark))?.data.subarray(mark.length);
  const packet = payload(APP1, XMP_MARK) ?? null;
  return {
    ...EMPTY,
    format: "jpg",
    lossless: false,
    icc: joinIcc(segments),
    exif: tiffOf(payload(APP1, EXIF_MARK)),
    xmp: packet === null ? null : (readExtendedXmp(segments, withoutProvenance(packet)) ?? packet),
    jpegDensity: payload(APP0, JFIF_MARK)?.subarray(2, 7) ?? null,
  };
}

/** A profile larger than a segment is split; each part says its number and how many there are (ICC.1, annex B.4). */
function joinIcc(segments: readonly JpegSegment[]): Uint8Array | null {
  const parts = segments
    .filter(({ marker, data }) => marker === APP2 && startsWith(data, ICC_MARK))
    .map(({ data }) => ({
      number: data[ICC_MARK.length] ?? 0,
      count: data[ICC_MARK.length + 1] ?? 0,
      bytes: data.subarray(ICC_MARK.length + 2),
    }))
    .sort((a, b) => a.number - b.number);
  const complete =
    parts.length > 0 && parts.every(({ number, count }, i) => number === i + 1 && count === parts.length);
  return complete ? Buffer.concat(parts.map((part) => part.bytes)) : null;
}

function readWebpContainer(bytes: Uint8Array): SourceContainer {
  const chunks = readRiffChunks(bytes);
  const find = (type: string): Uint8Array | null => chunks.find((chunk) => chunk.type === type)?.data ?? null;
  const exif = find("EXIF");
  const marked = exif !== null && startsWith(exif, EXIF_MARK);
  return {
    ...EMPTY,
    format: "webp",
    lossless: find("VP8L") !== null,
    icc: find("ICCP"),
    exif: tiffOf(marked ? exif.subarray(EXIF_MARK.length) : exif),
    xmp: find("XMP "),
  };
}

function tiffOf(exif: Uint8Array | null | undefined): Uint8Array | null {
  return exif && isTiff(asBuffer(exif)) ? exif : null;
}
