import type { Shape } from "../image/mask-shape.ts";
import type { PixelBox, Size } from "../image/raster.ts";
import { fromRegion, type Region } from "./region.ts";

/** What a network says of each of its pixels, row-major: the share 0–1 to which it belongs to what is looked for. */
export interface ShareMap extends Size {
  readonly data: Float32Array;
}

export type Patch = Extract<Shape, { kind: "patch" }>;

/** A pixel belongs to the thing where its share is above this. */
export const INSIDE_SHARE = 0.5;

/** The map laid over the whole picture, its aspect not kept. Null where no pixel is inside. */
export function stretchMask(shares: ShareMap, picture: Size): Patch | null {
  const placement = {
    origin: [0, 0],
    across: [shares.width / picture.width, 0],
    down: [0, shares.height / picture.height],
  } as const;
  return placeMask(shares, placement, { x0: 0, y0: 0, x1: picture.width, y1: picture.height });
}

/** The map laid over a rotated square of the picture; beyond the square nothing is inside. Null where nothing is. */
export function maskOfRegion(shares: ShareMap, region: Region, picture: Size): Patch | null {
  const corners = [
    fromRegion(region, [0, 0]),
    fromRegion(region, [1, 0]),
    fromRegion(region, [0, 1]),
    fromRegion(region, [1, 1]),
  ];
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const window = {
    x0: Math.max(0, Math.floor(Math.min(...xs))),
    y0: Math.max(0, Math.floor(Math.min(...ys))),
    x1: Math.min(picture.width, Math.ceil(Math.max(...xs))),
    y1: Math.min(picture.height, Math.ceil(Math.max(...ys))),
  };
  return placeMask(shares, inRegion(shares, region), window);
}

type Pair = readonly [number, number];

/** Where picture pixels lie in the map: position (x, y) = origin + x · across + y · down, in the map's pixels. */
interface Placement {
  readonly origin: Pair;
  readonly across: Pair;
  readonly down: Pair;
}

function inRegion({ width, height }: Size, { centre, side, angle }: Region): Placement {
  const [cos, sin] = [Math.cos(angle) / side, Math.sin(angle) / side];
  const across: Pair = [cos * width, -sin * height];
  const down: Pair = [sin * width, cos * height];
  return {
    origin: [
      width / 2 - centre[0] * across[0] - centre[1] * down[0],
      height / 2 - centre[0] * across[1] - centre[1] * down[1],
    ],
    across,
    down,
  };
}

/** Bilinear between the map's pixel centres, read at the centres of the picture's pixels; the map's edge goes on. */
function placeMask(shares: ShareMap, { origin, across, down }: Placement, window: PixelBox): Patch | null {
  const width = window.x1 - window.x0;
  const height = window.y1 - window.y0;
  if (width <= 0 || height <= 0) return null;
  const cells = classifyCells(shares);
  const inside = new Uint8Array(width * height);
  const bounds = { x0: width, y0: height, x1: 0, y1: 0 };
  for (let row = 0; row < height; row++) {
    // The centre of the row's first pixel.
    const [x, y] = [window.x0 + 0.5, window.y0 + row + 0.5];
    const u = origin[0] + x * across[0] + y * down[0];
    const v = origin[1] + x * across[1] + y * down[1];
    const [from, to] = meet(within(u, across[0], shares.width), within(v, across[1], shares.height), width);
    const line = row * width;
    for (let column = from; column < to; column++) {
      const mapX = u + column * across[0] - 0.5;
      const mapY = v + column * across[1] - 0.5;
      const cell = (Math.floor(mapY) + 1) * (shares.width + 1) + Math.floor(mapX) + 1;
      const kind = cells[cell] as number;
      if (kind === OUTSIDE || (kind === MIXED && shareAt(shares, mapX, mapY) <= INSIDE_SHARE)) continue;
      inside[line + column] = 1;
      if (column < bounds.x0) bounds.x0 = column;
      if (column >= bounds.x1) bounds.x1 = column + 1;
      if (row < bounds.y0) bounds.y0 = row;
      bounds.y1 = row + 1;
    }
  }
  return bounds.x0 < bounds.x1 ? cutOut(inside, width, bounds, window) : null;
}

const OUTSIDE = 0;
const INSIDE = 1;
const MIXED = 2;

/**
 * For each cell between four pixel centres whether all of them are outside, all inside, or some: only the last few
 * need to be interpolated. Cells reach half a pixel beyond the map, so there is one more of them than pixels.
 */
function classifyCells({ width, height, data }: ShareMap): Uint8Array {
  const cells = new Uint8Array((width + 1) * (height + 1));
  for (let row = 0; row <= height; row++) {
    const top = Math.max(0, row - 1) * width;
    const bottom = Math.min(height - 1, row) * width;
    for (let column = 0; column <= width; column++) {
      const left = Math.max(0, column - 1);
      const right = Math.min(width - 1, column);
      const high =
        Number((data[top + left] as number) > INSIDE_SHARE) +
        Number((data[top + right] as number) > INSIDE_SHARE) +
        Number((data[bottom + left] as number) > INSIDE_SHARE) +
        Number((data[bottom + right] as number) > INSIDE_SHARE);
      cells[row * (width + 1) + column] = high === 0 ? OUTSIDE : high === 4 ? INSIDE : MIXED;
    }
  }
  return cells;
}

function shareAt({ width, height, data }: ShareMap, x: number, y: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const left = Math.max(0, column);
  const right = Math.min(width - 1, column + 1);
  const top = Math.max(0, row) * width;
  const bottom = Math.min(height - 1, row + 1) * width;
  const [across, down] = [x - column, y - row];
  const upper = mix(data[top + left] as number, data[top + right] as number, across);
  const lower = mix(data[bottom + left] as number, data[bottom + right] as number, across);
  return mix(upper, lower, down);
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

/** The steps n for which 0 ≤ start + n · step < size, as [from, to). */
function within(start: number, step: number, size: number): Pair {
  if (step === 0) return start >= 0 && start < size ? [0, Number.POSITIVE_INFINITY] : [0, 0];
  const ends = [-start / step, (size - start) / step] as const;
  return step > 0
    ? [Math.ceil(ends[0]), Math.ceil(ends[1])]
    : [Math.floor(ends[1]) + 1, Math.floor(ends[0]) + 1];
}

function meet(a: Pair, b: Pair, end: number): Pair {
  return [Math.max(0, a[0], b[0]), Math.min(end, a[1], b[1])];
}

function cutOut(inside: Uint8Array, stride: number, bounds: PixelBox, window: PixelBox): Patch {
  const width = bounds.x1 - bounds.x0;
  const data = new Uint8Array(width * (bounds.y1 - bounds.y0));
  for (let row = bounds.y0; row < bounds.y1; row++) {
    const from = row * stride + bounds.x0;
    data.set(inside.subarray(from, from + width), (row - bounds.y0) * width);
  }
  const box = {
    x0: window.x0 + bounds.x0,
    y0: window.y0 + bounds.y0,
    x1: window.x0 + bounds.x1,
    y1: window.y0 + bounds.y1,
  };
  return { kind: "patch", box, data };
}
