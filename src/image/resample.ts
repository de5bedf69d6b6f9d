import { LANCZOS3 } from "./filter-matrix.ts";
import {
  type LeastSquaresInverse,
  leastSquaresInverse,
  solveInPlace,
  solvingInPlace,
} from "./least-squares.ts";
import { blankFloatImage, type FloatImage, type Size } from "./raster.ts";
import { type RowSource, rowsOfFloatImage, scalingRows } from "./scale-rows.ts";
import { atOnce, type Steps } from "./slices.ts";

/** Lanczos3: interpolation along an axis that grows, antialiased along one that shrinks, a copy along one that stays. */
export const scaleImage = (source: FloatImage | RowSource, size: Size): FloatImage =>
  atOnce(scalingImage(source, size));

export function* scalingImage(source: FloatImage | RowSource, size: Size): Steps<FloatImage> {
  const rows = "data" in source ? rowsOfFloatImage(source) : source;
  const scaled = blankFloatImage(size);
  yield* scalingRows(rows, size, LANCZOS3, (y, row) => scaled.data.set(row, y * row.length));
  return scaled;
}

/**
 * Undoes an enlargement: of all images of `size`, the one whose Lanczos3 enlargement comes nearest to `image`, so that
 * unscaleImage(scaleImage(x, larger), x) is x. No side of `size` may be longer than the image's.
 */
export const unscaleImage = (image: FloatImage, size: Size): FloatImage =>
  atOnce(unscalingImage(image, size));

export function* unscalingImage(image: FloatImage, size: Size): Steps<FloatImage> {
  const narrow = yield* unscalingRows(image, size.width);
  const unscaled = blankFloatImage(size);
  unscaled.data.set(yield* unscalingColumns(narrow, size.width * 3, image.height, size.height));
  return unscaled;
}

function* unscalingRows({ width, height, data }: FloatImage, target: number): Steps<Float32Array> {
  if (target === width) return data;
  const inverse = leastSquaresInverse(target, width);
  const result = new Float32Array(target * height * 3);
  const line = new Float64Array(target * 3);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    const row = data.subarray(y * width * 3, (y + 1) * width * 3);
    spread(inverse, row, line, 3, 0, width);
    solveInPlace(inverse, line, 3);
    result.set(line, y * line.length);
    yield;
  }
  return result;
}

function* unscalingColumns(
  data: Float32Array,
  length: number,
  height: number,
  target: number,
): Steps<ArrayLike<number>> {
  if (target === height) return data;
  const inverse = leastSquaresInverse(target, height);
  const columns = new Float64Array(length * target);
  for (let j = 0; j < height; j++) {
    spread(inverse, data, columns, length, j, j + 1);
    yield;
  }
  yield* solvingInPlace(inverse, columns, length);
  return columns;
}

/** Adds to `target` what samples `start` to `end` bring to Uᵀ·source; sample i of lane l lies at `i * lanes + l` in both. */
function spread(
  { enlargement }: LeastSquaresInverse,
  source: Float32Array,
  target: Float64Array,
  lanes: number,
  start: number,
  end: number,
): void {
  const { taps, first, weights } = enlargement;
  for (let j = start; j < end; j++) {
    const from = j * lanes;
    for (let t = 0; t < taps; t++) {
      const weight = weights[j * taps + t] as number;
      const at = ((first[j] as number) + t) * lanes;
      if (lanes === 3) {
        target[at] = (target[at] as number) + weight * (source[from] as number);
        target[at + 1] = (target[at + 1] as number) + weight * (source[from + 1] as number);
        target[at + 2] = (target[at + 2] as number) + weight * (source[from + 2] as number);
      } else {
        for (let l = 0; l < lanes; l++) {
          target[at + l] = (target[at + l] as number) + weight * (source[from + l] as number);
        }
      }
    }
  }
}
