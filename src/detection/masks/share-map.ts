import type { PixelBox, Size } from "../../image/raster.ts";
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

/** The side of the largest square that is told of; larger ones are as large. */
const LARGEST = 127;

/**
 * For each cell between four pixel centres, how long the side of the largest square of cells is that are all of one
 * kind and begin with this one, to the right or left and downwards or upwards: positive where they are inside, negative
 * where they are outside, 0 where the four pixels differ, so that one has to interpolate. Cells reach half a pixel beyond
 * the map, where its edge goes on, so there is one more of them than pixels in each direction: cell (0, 0) lies left
 * above the centre of pixel (0, 0).
 * @param asked the cells that are asked for; of the others nothing is told, and squares may reach into them
 */
export function measureCells(
  { width, height, data, raw = false }: ShareMap,
  { rightwards, downwards }: { readonly rightwards: boolean; readonly downwards: boolean },
  asked: PixelBox,
): Int8Array {
  const level = raw ? RAW_INSIDE : INSIDE_SHARE;
  const columns = width + 1;
  const cells = new Int8Array(columns * (height + 1));
  // The sides of the row that is beyond this one; nobody asks what lies beyond the last one.
  const beyond = new Uint8Array(columns).fill(LARGEST - 1);
  // Integers to the engine, too: with the doubles that Math.floor gives the loop takes a third longer.
  const across = (asked.x1 - asked.x0) | 0;
  const lines = (asked.y1 - asked.y0) | 0;
  const firstColumn = (rightwards ? asked.x1 - 1 : asked.x0) | 0;
  const firstRow = (downwards ? asked.y1 - 1 : asked.y0) | 0;
  for (let line = 0; line < lines; line++) {
    const row = downwards ? firstRow - line : firstRow + line;
    const top = Math.max(0, row - 1) * width;
    const bottom = Math.min(height - 1, row) * width;
    let column = firstColumn;
    const step = rightwards ? -1 : 1;
    // The pixel between the first cell and the one before it.
    const edge = rightwards ? Math.min(width - 1, column) : Math.max(0, column - 1);
    let seen = Number((data[top + edge] as number) > level) + Number((data[bottom + edge] as number) > level);
    let next = LARGEST - 1;
    let diagonal = LARGEST - 1;
    for (let place = 0; place < across; place++, column += step) {
      const pixel = rightwards ? Math.max(0, column - 1) : Math.min(width - 1, column);
      const now =
        Number((data[top + pixel] as number) > level) + Number((data[bottom + pixel] as number) > level);
      const inside = seen + now;
      const vertical = beyond[column] as number;
      const isMixed = inside !== 0 && inside !== 4;
      const side = isMixed ? 0 : Math.min(LARGEST - 1, next, vertical, diagonal) + 1;
      cells[row * columns + column] = inside === 4 ? side : -side;
      beyond[column] = side;
      next = side;
      diagonal = vertical;
      seen = now;
    }
  }
  return cells;
}

/** Reads shares between the pixel centres; x and y count from the centre of pixel (0, 0). */
export type ReadShare = (x: number, y: number) => number;

/** Bilinear. Where the shares are sigmoids, that of each pixel is computed when it is first asked for: most never are. */
export function readShares({ width, height, data, raw = false }: ShareMap): ReadShare {
  const shares = raw ? new Float64Array(width * height).fill(Number.NaN) : data;
  const shareOf = (at: number): number => {
    const known = shares[at] as number;
    if (!Number.isNaN(known)) return known;
    const share = sigmoid(data[at] as number);
    shares[at] = share;
    return share;
  };
  return (x, y) => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const left = Math.max(0, column);
    const right = Math.min(width - 1, column + 1);
    const top = Math.max(0, row) * width;
    const bottom = Math.min(height - 1, row + 1) * width;
    const a = shareOf(top + left);
    const b = shareOf(top + right);
    const c = shareOf(bottom + left);
    const d = shareOf(bottom + right);
    const upper = a + (b - a) * (x - column);
    const lower = c + (d - c) * (x - column);
    return upper + (lower - upper) * (y - row);
  };
}
