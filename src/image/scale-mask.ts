import { LINEAR } from "./filter-matrix.ts";
import { blankMask, type Mask, type Size } from "./raster.ts";
import { scalingRows } from "./scale-rows.ts";
import { atOnce, type Steps } from "./slices.ts";

/** Scales a mask linearly (antialiased where it shrinks) and rounds to 8 bits. */
export const scaleMask = (mask: Mask, size: Size): Mask => atOnce(scalingMask(mask, size));

export function* scalingMask(mask: Mask, size: Size): Steps<Mask> {
  const { width, height, data } = mask;
  if (width === size.width && height === size.height) return mask;
  const scaled = blankMask(size);
  const read = (y: number, row: Float64Array): void => row.set(data.subarray(y * width, (y + 1) * width));
  yield* scalingRows({ width, height, channels: 1, read }, size, LINEAR, (y, row) => {
    const at = y * size.width;
    for (let x = 0; x < row.length; x++) scaled.data[at + x] = Math.round(row[x] as number);
  });
  return scaled;
}
