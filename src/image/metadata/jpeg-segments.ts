import { MaskloomError } from "../../errors.ts";
import { asBuffer } from "./bytes.ts";

/** A marker segment before the first scan; `data` is without the marker and the length. */
export interface JpegSegment {
  readonly marker: number;
  readonly data: Uint8Array;
}

export interface JpegFile {
  readonly segments: readonly JpegSegment[];
  /** Everything from the first SOS marker on. */
  readonly scans: Uint8Array;
}

export const APP1 = 0xe1;
export const XMP_MARK = Buffer.from("http://ns.adobe.com/xap/1.0/\0", "latin1");
/** Without marker and length. */
export const MAX_SEGMENT_BYTES = 65_533;

const SOI = 0xd8;
const SOS = 0xda;
const EOI = 0xd9;

export const isJpeg = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xff && bytes[1] === SOI && bytes[2] === 0xff;

/** Markers that stand alone, without a length: TEM and RST0..RST7. */
const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/** Splits a JPEG at its first scan (ITU-T T.81, annex B). Stray bytes between segments are skipped, as decoders do. */
export function readJpeg(bytes: Uint8Array): JpegFile {
  const buffer = asBuffer(bytes);
  const segments: JpegSegment[] = [];
  let offset = 2;
  while (offset + 4 <= buffer.length) {
    const marker = buffer[offset + 1] ?? 0;
    if (buffer[offset] !== 0xff || marker === 0xff || marker === 0) {
      offset += 1;
    } else if (marker === SOS) {
      return { segments, scans: bytes.subarray(offset) };
    } else if (marker === EOI) {
      break;
    } else if (standsAlone(marker)) {
      offset += 2;
    } else {
      const end = offset + 2 + buffer.readUInt16BE(offset + 2);
      if (end > buffer.length) break;
      segments.push({ marker, data: bytes.subarray(offset + 4, end) });
      offset = end;
    }
  }
  throw new MaskloomError(
    "IMAGE_UNREADABLE",
    `the JPEG is truncated: expected a scan after its headers, got ${bytes.length} bytes without one`,
  );
}

export function writeJpeg({ segments, scans }: JpegFile): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from([0xff, SOI])];
  for (const { marker, data } of segments) {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(data.length + 2, 2);
    parts.push(head, data);
  }
  parts.push(scans);
  return Buffer.concat(parts);
}

/** Where whole JPEGs lie within other bytes. One that breaks off reaches to the end. */
export function findJpegs(bytes: Uint8Array): { readonly start: number; readonly end: number }[] {
  const buffer = asBuffer(bytes);
  const found: { start: number; end: number }[] = [];
  const mark = Buffer.from([0xff, SOI, 0xff]);
  for (let start = buffer.indexOf(mark); start >= 0; start = buffer.indexOf(mark, start)) {
    const end = endOfJpeg(bytes, start);
    if (end !== null) found.push({ start, end });
    start = end ?? start + 1;
  }
  return found;
}

/** Null where no scan follows, so that it is no picture. Its own thumbnail, whole with an end of its own, is skipped. */
function endOfJpeg(bytes: Uint8Array, start: number): number | null {
  try {
    const { scans } = readJpeg(bytes.subarray(start));
    const end = asBuffer(scans).indexOf(Buffer.from([0xff, EOI]));
    return end < 0 ? bytes.length : bytes.length - scans.length + end + 2;
  } catch {
    return null;
  }
}
