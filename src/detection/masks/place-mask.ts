import type { Shape } from "../../image/mask-shape.ts";
import type { PixelBox, Size } from "../../image/raster.ts";
import { INSIDE_SHARE, measureCells, type ReadShare, readShares, type ShareMap } from "./share-map.ts";

export type Patch = Extract<Shape, { kind: "patch" }>;

export type Pair = readonly [number, number];

/** Where picture pixels lie in a map: position (x, y) = origin + x · across + y · down, in the map's pixels. */
export interface Placement {
  readonly origin: Pair;
  readonly across: Pair;
  readonly down: Pair;
}

/**
 * The pixels of a window of the picture that are inside according to a map, in the smallest box; null where none is.
 * Bilinear between the map's pixel centres, read at the centres of the picture's pixels; the map's edge goes on for half
 * a pixel, and beyond it nothing is inside.
 */
export function placeMask(shares: ShareMap, placement: Placement, window: PixelBox): Patch | null {
  const width = window.x1 - window.x0;
  const height = window.y1 - window.y0;
  if (width <= 0 || height <= 0) return null;
  const ahead = { rightwards: placement.across[0] >= 0, downwards: placement.across[1] >= 0 };
  const cells = measureCells(shares, ahead, cellsOf(shares, placement, window));
  const share = readShares(shares);
  const inside = new Uint8Array(width * height);
  const bounds = { x0: width, y0: height, x1: 0, y1: 0 };
  const { origin, across, down } = placement;
  for (let row = 0; row < height; row++) {
    // The centre of the row's first pixel.
    const [x, y] = [window.x0 + 0.5, window.y0 + row + 0.5];
    const start: Pair = [origin[0] + x * across[0] + y * down[0], origin[1] + x * across[1] + y * down[1]];
    const line = inside.subarray(row * width, (row + 1) * width);
    const [first, end] = placeRow({ size: shares, cells, share }, start, across, line);
    if (first >= end) continue;
    bounds.x0 = Math.min(bounds.x0, first);
    bounds.x1 = Math.max(bounds.x1, end);
    bounds.y0 = Math.min(bounds.y0, row);
    bounds.y1 = row + 1;
  }
  return bounds.x0 < bounds.x1 ? cutOut(inside, width, bounds, window) : null;
}

/** The cells of a map that a window of the picture lies in: a region is often larger than what is there of it. */
function cellsOf({ width, height }: Size, { origin, across, down }: Placement, window: PixelBox): PixelBox {
  const places = [window.x0, window.x1].flatMap((x) =>
    [window.y0, window.y1].map(
      (y): Pair => [origin[0] + x * across[0] + y * down[0], origin[1] + x * across[1] + y * down[1]],
    ),
  );
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
  return {
    x0: Math.max(0, Math.floor(Math.min(...xs) - 0.5)),
    y0: Math.max(0, Math.floor(Math.min(...ys) - 0.5)),
    x1: Math.min(width + 1, Math.ceil(Math.max(...xs) + 1.5)),
    y1: Math.min(height + 1, Math.ceil(Math.max(...ys) + 1.5)),
  };
}

interface MapReader {
  readonly size: Size;
  /** See measureCells. */
  readonly cells: Int8Array;
  readonly share: ReadShare;
}

/**
 * Sets what is inside of one row; from the first pixel set up to the one after the last. It strides over
 * squares of cells of one kind; only between unlike pixels of the map it goes pixel by pixel.
 */
function placeRow({ size, cells, share }: MapReader, start: Pair, step: Pair, line: Uint8Array): Pair {
  const { width, height } = size;
  const [u, v] = [start[0] - 0.5, start[1] - 0.5];
  const [stepX, stepY] = step;
  const [from, to] = meet(within(start[0], stepX, width), within(start[1], stepY, height), line.length);
  const pixelsPerCell = 1 / Math.max(Math.abs(stepX), Math.abs(stepY));
  let first = line.length;
  let end = 0;
  for (let column = from; column < to; ) {
    const x = u + column * stepX;
    const y = v + column * stepY;
    const cell = cells[(Math.floor(y) + 1) * (width + 1) + Math.floor(x) + 1] as number;
    if (cell < 0) {
      column += 1 + Math.floor((-cell - 1) * pixelsPerCell);
      continue;
    }
    if (cell === 0 && share(x, y) <= INSIDE_SHARE) {
      column += 1;
      continue;
    }
    if (column < first) first = column;
    end = cell === 0 ? column + 1 : Math.min(to, column + 1 + Math.floor((cell - 1) * pixelsPerCell));
    line.fill(1, column, end);
    column = end;
  }
  return [first, end];
}

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
