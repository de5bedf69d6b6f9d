import { type FilterMatrix, filterMatrix, type Kernel } from "./filter-matrix.ts";
import type { FloatImage, Size } from "./raster.ts";
import type { Steps } from "./slices.ts";

/** Rows of samples on demand, so that pictures of 100 MP are scaled without a float copy of the whole. */
export interface RowSource extends Size {
  readonly channels: number;
  /** Writes row y: `width * channels` samples. */
  readonly read: (y: number, row: Float64Array) => void;
}

/** Called once for every row, from the top; `row` is only valid during the call. */
export type EmitRow = (y: number, row: Float64Array) => void;

/** Separable scaling, a few source rows at a time. An axis that keeps its size is copied exactly. */
export function* scalingRows(source: RowSource, size: Size, kernel: Kernel, emit: EmitRow): Steps<void> {
  const { channels } = source;
  const horizontal = source.width === size.width ? null : filterMatrix(kernel, source.width, size.width);
  const stored = new Float64Array(source.width * channels);
  const readScaled = (y: number, row: Float64Array): void => {
    source.read(y, horizontal === null ? row : stored);
    if (horizontal !== null) filterRow(horizontal, stored, row, channels);
  };
  const length = size.width * channels;
  if (source.height === size.height) {
    const row = new Float64Array(length);
    for (let y = 0; y < size.height; y++) {
      readScaled(y, row);
      emit(y, row);
      yield;
    }
    return;
  }
  yield* scalingColumns(filterMatrix(kernel, source.height, size.height), length, readScaled, emit);
}

function* scalingColumns(
  { outputs, taps, first, weights }: FilterMatrix,
  length: number,
  read: (y: number, row: Float64Array) => void,
  emit: EmitRow,
): Steps<void> {
  const ring = Array.from({ length: taps }, () => new Float64Array(length));
  const window: Float64Array[] = [...ring];
  const result = new Float64Array(length);
  let next = 0;
  for (let y = 0; y < outputs; y++) {
    const start = first[y] as number;
    for (next = Math.max(next, start); next < start + taps; next++) {
      read(next, ring[next % taps] as Float64Array);
    }
    for (let t = 0; t < taps; t++) window[t] = ring[(start + t) % taps] as Float64Array;
    sumRows(window, weights, y * taps, result);
    emit(y, result);
    yield;
  }
}

/** Taps that are summed in one pass over memory: all of an enlargement's. */
const BLOCK = 6;

/** result = sum of weights[at + t] * rows[t]. */
function sumRows(
  rows: readonly Float64Array[],
  weights: Float64Array,
  at: number,
  result: Float64Array,
): void {
  for (let t = 0; t < rows.length; t += BLOCK) {
    // Past the last row the first of the block is repeated with weight 0.
    const row = (k: number): Float64Array => (rows[t + k] ?? rows[t]) as Float64Array;
    const weight = (k: number): number => (t + k < rows.length ? (weights[at + t + k] as number) : 0);
    const [r0, r1, r2, r3, r4, r5] = [row(0), row(1), row(2), row(3), row(4), row(5)];
    const [w0, w1, w2, w3, w4, w5] = [weight(0), weight(1), weight(2), weight(3), weight(4), weight(5)];
    const keep = t === 0 ? 0 : 1;
    for (let i = 0; i < result.length; i++) {
      result[i] =
        keep * (result[i] as number) +
        w0 * (r0[i] as number) +
        w1 * (r1[i] as number) +
        w2 * (r2[i] as number) +
        w3 * (r3[i] as number) +
        w4 * (r4[i] as number) +
        w5 * (r5[i] as number);
    }
  }
}

function filterRow(matrix: FilterMatrix, source: Float64Array, target: Float64Array, channels: number): void {
  const { outputs, taps, first, weights } = matrix;
  if (channels === 3) {
    filterRgbRow(matrix, source, target);
    return;
  }
  for (let j = 0; j < outputs; j++) {
    const start = (first[j] as number) * channels;
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let t = 0; t < taps; t++) {
        sum += (weights[j * taps + t] as number) * (source[start + t * channels + c] as number);
      }
      target[j * channels + c] = sum;
    }
  }
}

/** The same for three channels at once: most pictures are RGB, and this is the innermost loop of all. */
function filterRgbRow(matrix: FilterMatrix, source: Float64Array, target: Float64Array): void {
  const { outputs, taps, first, weights } = matrix;
  for (let j = 0; j < outputs; j++) {
    let at = (first[j] as number) * 3;
    let [red, green, blue] = [0, 0, 0];
    for (let t = j * taps; t < (j + 1) * taps; t++, at += 3) {
      const weight = weights[t] as number;
      red += weight * (source[at] as number);
      green += weight * (source[at + 1] as number);
      blue += weight * (source[at + 2] as number);
    }
    target[j * 3] = red;
    target[j * 3 + 1] = green;
    target[j * 3 + 2] = blue;
  }
}

export function rowsOfFloatImage({ width, height, channels, data }: FloatImage): RowSource {
  const length = width * channels;
  return {
    width,
    height,
    channels,
    read: (y, row) => row.set(data.subarray(y * length, (y + 1) * length)),
  };
}
