import { MaskloomError } from "../errors.ts";
import { checkInputBytes, checkInputPixels, DEFAULT_LIMITS, type ImageLimits } from "./limits.ts";
import { asBuffer } from "./metadata/bytes.ts";
import type { ImageFormat } from "./metadata/container.ts";
import { type Orientation, readOrientation } from "./metadata/exif.ts";
import { readJpeg } from "./metadata/jpeg-segments.ts";
import { readPngChunks } from "./metadata/png-chunks.ts";
import { readContainer } from "./metadata/read-container.ts";
import { readRiffChunks } from "./metadata/riff-chunks.ts";
import { readWebpFrame } from "./metadata/webp-frame.ts";
import type { Channels, Size } from "./raster.ts";
import { sniffFormat, sniffOtherFormat } from "./sniff-format.ts";

/** What a file's headers say; nothing is decoded. */
export interface ImageInfo extends Size {
  /** By content, whatever the file is called. */
  readonly format: ImageFormat;
  /** Whether re-encoding in this file's own encoding keeps samples exactly. */
  readonly lossless: boolean;
  readonly channels: Channels;
  readonly depth: 8 | 16;
  readonly alpha: boolean;
  /** As stored; `width` and `height` are those of the upright picture. */
  readonly orientation: Orientation;
  readonly icc: boolean;
}

type Header = Pick<ImageInfo, "width" | "height" | "channels" | "depth">;

/**
 * Reads the headers of a PNG, JPEG or WEBP and checks them against the limits, so that a decompression bomb is refused
 * before anything is decoded. Errors: IMAGE_UNREADABLE (empty, not an image, truncated, damaged), IMAGE_UNSUPPORTED
 * (another format, animated, CMYK), IMAGE_TOO_LARGE. The messages name the fact; the caller names the file.
 */
export function inspectImage(bytes: Uint8Array, limits: ImageLimits = DEFAULT_LIMITS): ImageInfo {
  checkInputBytes(bytes.length, limits);
  const format = sniffFormat(bytes);
  if (format === null) throw notAnImage(bytes);
  const header = HEADERS[format](bytes);
  if (header.width < 1 || header.height < 1) {
    throw new MaskloomError(
      "IMAGE_UNREADABLE",
      `the header claims ${header.width}x${header.height} pixels; expected at least 1x1`,
    );
  }
  checkInputPixels(header, limits);
  const { exif, icc, lossless } = readContainer(bytes, format);
  const orientation = exif === null ? 1 : readOrientation(exif);
  const upright = orientation >= 5 ? { width: header.height, height: header.width } : header;
  return {
    format,
    lossless,
    width: upright.width,
    height: upright.height,
    channels: header.channels,
    depth: header.depth,
    alpha: header.channels === 2 || header.channels === 4,
    orientation,
    icc: icc !== null,
  };
}

function notAnImage(bytes: Uint8Array): MaskloomError {
  if (bytes.length === 0) {
    return new MaskloomError("IMAGE_UNREADABLE", "the file is empty; expected a PNG, JPEG or WEBP image");
  }
  const other = sniffOtherFormat(bytes);
  if (other !== null) {
    return new MaskloomError(
      "IMAGE_UNSUPPORTED",
      `the file is ${other}; expected PNG, JPEG or WEBP: convert it first`,
    );
  }
  const start = asBuffer(bytes.subarray(0, 8)).toString("hex");
  return new MaskloomError(
    "IMAGE_UNREADABLE",
    `expected a PNG, JPEG or WEBP image, got a file that begins with the bytes ${start}`,
  );
}

const HEADERS: Record<ImageFormat, (bytes: Uint8Array) => Header> = {
  png: readPngHeader,
  jpg: readJpegHeader,
  webp: readWebpHeader,
};

function refuseAnimated(format: string): never {
  throw new MaskloomError(
    "IMAGE_UNSUPPORTED",
    `the file is an animated ${format}; expected a still image: extract the frames first`,
  );
}

/** Channels by PNG colour type; a palette is expanded to RGB. */
const PNG_CHANNELS = new Map<number, Channels>([
  [0, 1],
  [2, 3],
  [3, 3],
  [4, 2],
  [6, 4],
]);

function readPngHeader(bytes: Uint8Array): Header {
  const chunks = readPngChunks(bytes);
  const header = asBuffer(chunks[0]?.data ?? new Uint8Array());
  const channels = PNG_CHANNELS.get(header[9] ?? -1);
  if (chunks[0]?.type !== "IHDR" || header.length !== 13 || channels === undefined) {
    throw new MaskloomError("IMAGE_UNREADABLE", "the PNG is damaged: expected a valid IHDR chunk first");
  }
  if (chunks.some(({ type }) => type === "acTL")) refuseAnimated("PNG");
  const transparentColour = channels % 2 === 1 && chunks.some(({ type }) => type === "tRNS");
  return {
    width: header.readUInt32BE(0),
    height: header.readUInt32BE(4),
    channels: transparentColour ? (channels === 1 ? 2 : 4) : channels,
    depth: header[8] === 16 ? 16 : 8,
  };
}

/** Frame headers SOF0..SOF15 are 0xC0..0xCF without DHT (C4), JPG (C8) and DAC (CC). */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

function readJpegHeader(bytes: Uint8Array): Header {
  const frame = readJpeg(bytes).segments.find(({ marker }) => isFrameHeader(marker));
  if (frame === undefined || frame.data.length < 6) {
    throw new MaskloomError("IMAGE_UNREADABLE", "the JPEG is damaged: expected a frame header, got none");
  }
  const data = asBuffer(frame.data);
  const components = data.readUInt8(5);
  const precision = data.readUInt8(0);
  if (components === 4) {
    throw new MaskloomError(
      "IMAGE_UNSUPPORTED",
      "the JPEG is CMYK; expected grey or RGB: convert it first, for a converted copy would not be the same picture",
    );
  }
  if ((components !== 1 && components !== 3) || precision !== 8) {
    throw new MaskloomError(
      "IMAGE_UNSUPPORTED",
      `the JPEG has ${components} components of ${precision} bits; expected 1 or 3 of 8 bits`,
    );
  }
  return { width: data.readUInt16BE(3), height: data.readUInt16BE(1), channels: components, depth: 8 };
}

function readWebpHeader(bytes: Uint8Array): Header {
  const { width, height, alpha, animated } = readWebpFrame(readRiffChunks(bytes));
  if (animated) refuseAnimated("WEBP");
  return { width, height, channels: alpha ? 4 : 3, depth: 8 };
}
