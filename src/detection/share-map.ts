import type { Size } from "../image/raster.ts";

/** What a network says of each of its pixels, row-major: the share 0–1 to which it belongs to what is looked for. */
export interface ShareMap extends Size {
  readonly data: Float32Array;
}

/** A pixel belongs to the thing where its share is above this. */
export const INSIDE_SHARE = 0.5;

/* What a cell between four pixel centres is: only the last kind has to be interpolated. */
export const ALL_OUTSIDE = 0;
export const ALL_INSIDE = 1;
export const MIXED = 2;

/**
 * The kind of each cell. Cells reach half a pixel beyond the map, where its edge goes on, so there is one more of them
 * than pixels in each direction: cell (0, 0) lies left above the centre of pixel (0, 0).
 */
export function classifyCells({ width, height, data }: ShareMap): Uint8Array {
  const cells = new Uint8Array((width + 1) * (height + 1));
  for (let row = 0; row <= height; row++) {
    const top = Math.max(0, row - 1) * width;
    const bottom = Math.min(height - 1, row) * width;
    for (let column = 0; column <= width; column++) {
      const left = Math.max(0, column - 1);
      const right = Math.min(width - 1, column);
      const inside =
        Number((data[top + left] as number) > INSIDE_SHARE) +
        Number((data[top + right] as number) > INSIDE_SHARE) +
        Number((data[bottom + left] as number) > INSIDE_SHARE) +
        Number((data[bottom + right] as number) > INSIDE_SHARE);
      cells[row * (width + 1) + column] = inside === 0 ? ALL_OUTSIDE : inside === 4 ? ALL_INSIDE : MIXED;
    }
  }
  return cells;
}

/** Bilinear between the pixel centres; x and y count from the centre of pixel (0, 0). */
export function shareAt({ width, height, data }: ShareMap, x: number, y: number): number {
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
