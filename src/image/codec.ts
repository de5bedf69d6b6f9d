import sharp, { type Sharp } from "sharp";
import { MaskloomError } from "../errors.ts";
import { type ImageInfo, inspectImage } from "./inspect-image.ts";
import { checkOutputPixels, DEFAULT_LIMITS, type ImageLimits } from "./limits.ts";
import type { ImageFormat, SourceContainer } from "./metadata/container.ts";
import { readContainer } from "./metadata/read-container.ts";
import { spliceContainer } from "./metadata/write-container.ts";
import { orientImage } from "./orient-image.ts";
import type { Image, Mask, PixelBox, Size } from "./raster.ts";
import { dropAlpha, narrowTo8Bits } from "./samples.ts";

/* The one file that imports sharp: bytes in, samples out, and back. What sharp would do by itself, such as converting
   to sRGB, expanding grey or dropping 16 bits, is switched off here and nowhere else. */

export interface DecodedImage {
  readonly image: Image;
  readonly info: ImageInfo;
  readonly container: SourceContainer;
}

/** Upright pixels in the file's own samples, and everything else that the file carried. Errors: those of inspectImage. */
export async function decodeImage(
  bytes: Uint8Array,
  limits: ImageLimits = DEFAULT_LIMITS,
): Promise<DecodedImage> {
  const info = inspectImage(bytes, limits);
  const stored = await decodeSamples(bytes, info, limits);
  return {
    image: orientImage(stored, info.orientation),
    info,
    container: readContainer(bytes, info.format),
  };
}

/**
 * Upright pixels made smaller by `factor` (sides rounded up) while they are decoded: JPEG and WEBP leave out what is
 * not wanted, PNG streams, so the picture is never in memory as a whole (a progressive JPEG's coefficients are). What
 * has alpha is not made smaller, since colours under full transparency would be lost. Errors: those of inspectImage.
 */
export async function decodeReduced(
  bytes: Uint8Array,
  factor: number,
  limits: ImageLimits = DEFAULT_LIMITS,
): Promise<Image> {
  const info = inspectImage(bytes, limits);
  const wanted = { width: Math.ceil(info.width / factor), height: Math.ceil(info.height / factor) };
  const stored = info.orientation >= 5 ? { width: wanted.height, height: wanted.width } : { ...wanted };
  const image = await decodeSamples(bytes, info, limits, info.alpha ? undefined : stored);
  return orientImage(image, info.orientation);
}

async function decodeSamples(
  bytes: Uint8Array,
  info: ImageInfo,
  limits: ImageLimits,
  size?: Size,
): Promise<Image> {
  const source = sharp(bytes, {
    failOn: "error", // truncation and damage, not the harmless stray bytes of many cameras
    ignoreIcc: true,
    limitInputPixels: limits.inputPixels,
    sequentialRead: true,
    autoOrient: false,
  });
  const pipeline = size === undefined ? source : source.resize({ ...size, fit: "fill", kernel: "linear" });
  const { channels, depth } = info;
  try {
    if (depth === 16) {
      const raw = pipeline.toColourspace(channels <= 2 ? "grey16" : "rgb16").raw({ depth: "ushort" });
      const { data, info: got } = await raw.toBuffer({ resolveWithObject: true });
      const samples = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
      return checkSamples({ ...sizeOf(got), channels, depth, data: samples }, got.channels);
    }
    // sharp drops the alpha of 8-bit grey: such images come as RGB with equal samples.
    const grey = channels === 1;
    const raw = pipeline.toColourspace(grey ? "b-w" : "srgb").raw();
    const { data, info: got } = await raw.toBuffer({ resolveWithObject: true });
    if (channels === 2) return greyAlphaOf(data, sizeOf(got), got.channels);
    const samples = new Uint8Array(data.buffer, data.byteOffset, data.length);
    return checkSamples({ ...sizeOf(got), channels, depth, data: samples }, got.channels);
  } catch (error) {
    if (error instanceof MaskloomError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError("IMAGE_UNREADABLE", `the image is damaged or truncated: ${reason}`, {
      cause: error,
    });
  }
}

const sizeOf = ({ width, height }: { width: number; height: number }) => ({ width, height });

function checkSamples(image: Image, channels: number): Image {
  if (channels === image.channels) return image;
  throw new MaskloomError(
    "IMAGE_UNREADABLE",
    `the headers promise ${image.channels} channels, the pixels have ${channels}: the file contradicts itself`,
  );
}

function greyAlphaOf(rgba: Uint8Array, size: { width: number; height: number }, channels: number): Image {
  const data = new Uint8Array(size.width * size.height * 2);
  const image: Image = { ...size, channels: 2, depth: 8, data };
  checkSamples({ ...image, channels: 4 }, channels);
  for (let i = 0; i * 2 < data.length; i++) {
    data[i * 2] = rgba[i * 4] as number;
    data[i * 2 + 1] = rgba[i * 4 + 3] as number;
  }
  return image;
}

export interface EncodeOptions {
  readonly format: ImageFormat;
  /** 1..100 for JPEG and lossy WEBP; default 95. JPEG is always 4:4:4. */
  readonly quality?: number;
  /** WEBP only; default: as the source file was. */
  readonly lossless?: boolean;
  /** Metadata to carry over; without it the file holds pixels only. */
  readonly container?: SourceContainer;
  readonly limits?: ImageLimits;
}

/**
 * PNG keeps every sample. JPEG has no alpha (it is laid over white), and JPEG and WEBP have 8 bits. Errors:
 * IMAGE_TOO_LARGE where the limit or the format's own largest side is exceeded.
 */
export async function encodeImage(image: Image, options: EncodeOptions): Promise<Uint8Array> {
  const { format, container, limits = DEFAULT_LIMITS } = options;
  checkOutputPixels(image, limits);
  checkLongestSide(image, format);
  const fitted = fitSamples(image, format);
  const encoded = await withEncoder(rawPipeline(fitted), options).toBuffer();
  return container === undefined ? encoded : spliceContainer(encoded, format, fitted.channels, container);
}

/** Whether a file written with these options holds exactly the samples of the image. */
export function isLossless({ format, lossless, container }: EncodeOptions): boolean {
  return format === "png" || (format === "webp" && (lossless ?? container?.lossless ?? false));
}

const LONGEST_SIDES: Record<ImageFormat, number> = { png: 2 ** 31 - 1, jpg: 65_500, webp: 16_383 };

function checkLongestSide({ width, height }: Image, format: ImageFormat): void {
  const limit = LONGEST_SIDES[format];
  if (Math.max(width, height) <= limit) return;
  throw new MaskloomError(
    "IMAGE_TOO_LARGE",
    `the output has ${width}x${height} pixels; the longest side of a ${format} file is ${limit}: choose png`,
  );
}

function fitSamples(image: Image, format: ImageFormat): Image {
  if (format === "png") return image;
  const narrow = narrowTo8Bits(image);
  return format === "jpg" ? dropAlpha(narrow) : narrow;
}

function rawPipeline(image: Image): Sharp {
  const { width, height, channels, depth } = image;
  const pipeline = sharp(image.data, { raw: { width, height, channels }, limitInputPixels: false });
  if (depth === 16) return pipeline.toColourspace(channels <= 2 ? "grey16" : "rgb16");
  return channels <= 2 ? pipeline.toColourspace("b-w") : pipeline;
}

function withEncoder(pipeline: Sharp, options: EncodeOptions): Sharp {
  const { format, quality = 95 } = options;
  // Level 6 makes photos 7 % smaller and takes twice as long, for every picture between two steps.
  if (format === "png") return pipeline.png({ compressionLevel: 3, adaptiveFiltering: true });
  if (format === "jpg") return pipeline.jpeg({ quality, chromaSubsampling: "4:4:4" });
  // exact: fully transparent pixels keep their colour
  return pipeline.webp(isLossless(options) ? { lossless: true, exact: true } : { quality, exact: true });
}

/** 8-bit grey PNG: masks at rest are lossless. */
export async function encodeMask({ width, height, data }: Mask): Promise<Uint8Array> {
  return encodeImage({ width, height, channels: 1, depth: 8, data }, { format: "png" });
}

/** Of a picture that people look at, not one that is worked on: upright, in sRGB, over white; small as a file. */
const THUMBNAIL_QUALITY = 72;

/**
 * A small copy of any picture that can be decoded, as WEBP; a smaller picture keeps its size.
 * @param side longest side in pixels
 * @param box the part of the upright picture that is copied, in its pixels; what lies outside of it is left out
 * @throws IMAGE_UNREADABLE; INPUT_INVALID for a box beside the picture
 */
export async function encodeThumbnail(
  bytes: Uint8Array,
  side: number,
  limits: ImageLimits = DEFAULT_LIMITS,
  box: PixelBox | null = null,
): Promise<Uint8Array> {
  const part = box === null ? null : partOf(inspectImage(bytes, limits), box);
  try {
    const upright = sharp(bytes, { limitInputPixels: limits.outputPixels, sequentialRead: true }).rotate();
    return await (part === null ? upright : upright.extract(part))
      .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
      .flatten({ background: "#fff" })
      .webp({ quality: THUMBNAIL_QUALITY, effort: 2 })
      .toBuffer();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError("IMAGE_UNREADABLE", `no small copy can be made of the image: ${reason}`, {
      cause: error,
    });
  }
}

function partOf({ width, height }: Size, { x0, y0, x1, y1 }: PixelBox) {
  const [left, top] = [Math.max(0, x0), Math.max(0, y0)];
  const [right, bottom] = [Math.min(width, x1), Math.min(height, y1)];
  if (left < right && top < bottom) return { left, top, width: right - left, height: bottom - top };
  throw new MaskloomError(
    "INPUT_INVALID",
    `box: expected a part of the picture of ${width}x${height} pixels, got ${x0},${y0},${x1},${y1}`,
  );
}
