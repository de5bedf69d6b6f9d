import type { Point } from "../contracts/detection.ts";
import { LANCZOS3 } from "./filter-matrix.ts";
import { blankFloatImage, blankMask, type FloatImage, type Mask, type Size } from "./raster.ts";
import { atOnce, type Steps } from "./slices.ts";

/* Resampling along a turned grid, which rows and columns one after another cannot do. */

/**
 * Where the pixels of a result lie in its source, in pixels of the source with (0, 0) at its corner: a point (u, v) of the
 * result lies at origin + u·right + v·down.
 */
export interface PlaneMap {
  readonly origin: Point;
  readonly right: Point;
  readonly down: Point;
}

/** Fractions of a pixel told apart: an error of 1/4096 pixel, below a fifth of a level even at the finest detail. */
const PHASES = 2048;

/**
 * The source sampled on another grid by Lanczos3 in both directions of the source (36 samples a pixel). With `stretch`
 * above 1 the kernel is that much wider: antialiasing where the result is that much coarser. Edge samples are repeated.
 */
export const sampleImage = (source: FloatImage, size: Size, map: PlaneMap, stretch = 1): FloatImage =>
  atOnce(samplingImage(source, size, map, stretch));

export function* samplingImage(
  source: FloatImage,
  size: Size,
  map: PlaneMap,
  stretch = 1,
): Steps<FloatImage> {
  const sampled = blankFloatImage(size);
  const table = kernelTable(stretch);
  const columns = new Int32Array(table.taps);
  yield* visitPlaces(size, map, (at, x, y) => sumAround(source, table, x, y, columns, sampled.data, at * 3));
  return sampled;
}

/** A mask sampled on another grid, linearly; edge levels are repeated. */
export const sampleMask = (source: Mask, size: Size, map: PlaneMap): Mask =>
  atOnce(samplingMask(source, size, map));

export function* samplingMask(source: Mask, size: Size, map: PlaneMap): Steps<Mask> {
  const sampled = blankMask(size);
  const { width, height, data } = source;
  const level = (x: number, y: number): number => data[clamp(y, height) * width + clamp(x, width)] as number;
  yield* visitPlaces(size, map, (at, x, y) => {
    const [x0, y0] = [Math.floor(x), Math.floor(y)];
    const [dx, dy] = [x - x0, y - y0];
    const above = level(x0, y0) * (1 - dx) + level(x0 + 1, y0) * dx;
    const below = level(x0, y0 + 1) * (1 - dx) + level(x0 + 1, y0 + 1) * dx;
    sampled.data[at] = Math.round(above * (1 - dy) + below * dy);
  });
  return sampled;
}

/** Calls back with the number of each pixel and the place of its centre, counted from the first pixel's centre. */
function* visitPlaces(
  { width, height }: Size,
  { origin, right, down }: PlaneMap,
  visit: (at: number, x: number, y: number) => void,
): Steps<void> {
  for (let v = 0; v < height; v++) {
    const startX = origin[0] + (v + 0.5) * down[0] - 0.5;
    const startY = origin[1] + (v + 0.5) * down[1] - 0.5;
    for (let u = 0; u < width; u++) {
      visit(v * width + u, startX + (u + 0.5) * right[0], startY + (u + 0.5) * right[1]);
    }
    yield;
  }
}

interface KernelTable {
  readonly taps: number;
  /** For each phase the weights of its taps, which add up to 1. */
  readonly weights: Float64Array;
}

function kernelTable(stretch: number): KernelTable {
  const reach = Math.ceil(LANCZOS3.radius * stretch);
  const taps = 2 * reach;
  const weights = new Float64Array((PHASES + 1) * taps);
  for (let phase = 0; phase <= PHASES; phase++) {
    const row = weights.subarray(phase * taps, (phase + 1) * taps);
    for (let t = 0; t < taps; t++) row[t] = LANCZOS3.at((t + 1 - reach - phase / PHASES) / stretch);
    const sum = row.reduce((total, weight) => total + weight, 0);
    for (let t = 0; t < taps; t++) row[t] = (row[t] as number) / sum;
  }
  return { taps, weights };
}

function sumAround(
  { width, height, data }: FloatImage,
  { taps, weights }: KernelTable,
  x: number,
  y: number,
  columns: Int32Array,
  target: Float32Array,
  at: number,
): void {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const wx = Math.round((x - x0) * PHASES) * taps;
  const wy = Math.round((y - y0) * PHASES) * taps;
  const first = 1 - taps / 2;
  for (let t = 0; t < taps; t++) columns[t] = clamp(x0 + first + t, width) * 3;
  let [red, green, blue] = [0, 0, 0];
  for (let s = 0; s < taps; s++) {
    const line = clamp(y0 + first + s, height) * width * 3;
    let [r, g, b] = [0, 0, 0];
    for (let t = 0; t < taps; t++) {
      const weight = weights[wx + t] as number;
      const from = line + (columns[t] as number);
      r += weight * (data[from] as number);
      g += weight * (data[from + 1] as number);
      b += weight * (data[from + 2] as number);
    }
    const weight = weights[wy + s] as number;
    red += weight * r;
    green += weight * g;
    blue += weight * b;
  }
  target[at] = red;
  target[at + 1] = green;
  target[at + 2] = blue;
}

const clamp = (value: number, size: number): number => Math.min(Math.max(value, 0), size - 1);
