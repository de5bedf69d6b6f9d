import type { Size } from "../../image/raster.ts";
import { sigmoid } from "../sigmoid.ts";

/** What a network says of each of its pixels, row-major: the share 0–1 to which it belongs to what is looked for. */
export interface ShareMap extends Size {
  readonly data: Float32Array;
  /** Whether the shares are the sigmoids of the data; default: no, the data themselves. */
  readonly raw?: boolean;
}

/** A pixel belongs to the thing where its share is above this. */
export const INSIDE_SHARE = 0.5;
/** Of which INSIDE_SHARE is the sigmoid. */
const RAW_INSIDE = 0;

/* What a cell between four pixel centres is; only mixed ones have to be interpolated. */
const ALL_OUTSIDE = 0;
export const ALL_INSIDE = 1;
export const MIXED = 2;

/**
 * The kind of each cell. Cells reach half a pixel beyond the map, where its edge goes on, so there is one more of them
 * than pixels in each direction: cell (0, 0) lies left above the centre of pixel (0, 0).
 */
export function classifyCells({ width, height, data, raw = false }: ShareMap): Uint8Array {
  const level = raw ? RAW_INSIDE : INSIDE_SHARE;
  const cells = new Uint8Array((width + 1) * (height + 1));
  for (let row = 0; row <= height; row++) {
    const top = Math.max(0, row - 1) * width;
    const bottom = Math.min(height - 1, row) * width;
    for (let column = 0; column <= width; column++) {
      const left = Math.max(0, column - 1);
      const right = Math.min(width - 1, column);
      const inside =
        Number((data[top + left] as number) > level) +
        Number((data[top + right] as number) > level) +
        Number((data[bottom + left] as number) > level) +
        Number((data[bottom + right] as number) > level);
      cells[row * (width + 1) + column] = inside === 0 ? ALL_OUTSIDE : inside === 4 ? ALL_INSIDE : MIXED;
    }
  }
  return cells;
}

/** Bilinear between the pixel centres; x and y count from the centre of pixel (0, 0). */
export function shareAt({ width, height, data, raw = false }: ShareMap, x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const left = Math.max(0, column);
  const right = Math.min(width - 1, column + 1);
  const top = Math.max(0, row) * width;
  const bottom = Math.min(height - 1, row + 1) * width;
  let a = data[top + left] as number;
  let b = data[top + right] as number;
  let c = data[bottom + left] as number;
  let d = data[bottom + right] as number;
  if (raw) {
    // Only here: most pixels of a map are far from any outline.
    a = sigmoid(a);
    b = sigmoid(b);
    c = sigmoid(c);
    d = sigmoid(d);
  }
  const upper = a + (b - a) * (x - column);
  const lower = c + (d - c) * (x - column);
  return upper + (lower - upper) * (y - row);
}
