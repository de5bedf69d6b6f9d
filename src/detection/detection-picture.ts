import { decodeImage, decodeReduced } from "../image/codec.ts";
import { inspectImage } from "../image/inspect-image.ts";
import type { ImageLimits } from "../image/limits.ts";
import { readContainer } from "../image/metadata/read-container.ts";
import type { Image, Size } from "../image/raster.ts";
import { toRgb } from "../image/samples.ts";
import { type Scale, scaleDetection } from "../image/scale-detection.ts";
import { toSrgb } from "../image/to-srgb.ts";
import type { DetectOptions, Detector } from "./detector.ts";
import type { Finds } from "./finder.ts";
import type { RgbPixels } from "./sampling/letterbox.ts";
import { sharePixels } from "./sampling/shared-pixels.ts";
import { tileScale } from "./tiling/tiles.ts";

/** A picture that is only looked at: nobody wants its pixels. */
export interface DetectionPicture {
  /** Of the upright original. */
  readonly size: Size;
  readonly pixels: RgbPixels;
  /** The original's own samples, where it was not made smaller while it was decoded. */
  readonly original: Image | null;
}

/**
 * By how much a picture is made smaller while it is decoded to be looked at, in powers of two: 1, unless it is so large
 * that its tiles are larger than those of others. One of 100 megapixels is looked at as one of 25.
 */
export function reductionOf(size: Size): number {
  return 2 ** Math.floor(Math.log2(tileScale(size)));
}

/** Decodes a picture as finely as detectors can use it. Errors: those of decodeImage. */
export async function openPicture(bytes: Uint8Array, limits: ImageLimits): Promise<DetectionPicture> {
  const info = inspectImage(bytes, limits);
  const size = { width: info.width, height: info.height };
  const factor = reductionOf(size);
  if (factor === 1) {
    const { image, container } = await decodeImage(bytes, limits);
    return { size, pixels: sharePixels(toSrgb(toRgb(image), container.icc)), original: image };
  }
  const reduced = await decodeReduced(bytes, factor, limits);
  const { icc } = readContainer(bytes, info.format);
  return { size, pixels: sharePixels(toSrgb(toRgb(reduced), icc)), original: null };
}

/** What a detector finds, in pixels of the original. */
export async function detectInPicture(
  detector: Detector,
  { size, pixels, original }: DetectionPicture,
  options: DetectOptions,
): Promise<Finds> {
  const finds = await detector.detect(pixels, options);
  if (original !== null) return finds;
  const scale: Scale = { x: size.width / pixels.width, y: size.height / pixels.height };
  return { ...finds, detections: finds.detections.map((found) => scaleDetection(found, scale)) };
}
