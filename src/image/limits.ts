import { MaskloomError } from "../errors.ts";
import type { Size } from "./raster.ts";

export interface ImageLimits {
  readonly inputBytes: number;
  readonly inputPixels: number;
  readonly outputPixels: number;
}

export const DEFAULT_LIMITS: ImageLimits = {
  inputBytes: 64 * 1024 * 1024,
  inputPixels: 100_000_000,
  outputPixels: 200_000_000,
};

/** For a step's own result, which may be larger than what is let in from outside. */
export function limitsInside(limits: ImageLimits): ImageLimits {
  return { ...limits, inputBytes: Number.POSITIVE_INFINITY, inputPixels: limits.outputPixels };
}

const inMegabytes = (bytes: number): string => `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
const inMegapixels = (pixels: number): string => `${(pixels / 1e6).toFixed(1)} MP`;

export function checkInputBytes(bytes: number, limits: ImageLimits): void {
  if (bytes <= limits.inputBytes) return;
  throw new MaskloomError(
    "IMAGE_TOO_LARGE",
    `the file has ${inMegabytes(bytes)}; the limit is ${inMegabytes(limits.inputBytes)}`,
  );
}

export function checkInputPixels(size: Size, limits: ImageLimits): void {
  checkPixels("the image", size, limits.inputPixels);
}

export function checkOutputPixels(size: Size, limits: ImageLimits): void {
  checkPixels("the output", size, limits.outputPixels);
}

function checkPixels(what: string, { width, height }: Size, limit: number): void {
  if (width * height <= limit) return;
  throw new MaskloomError(
    "IMAGE_TOO_LARGE",
    `${what} has ${width}x${height} pixels (${inMegapixels(width * height)}); the limit is ${inMegapixels(limit)}`,
  );
}
