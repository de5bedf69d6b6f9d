import { type FilterMatrix, filterMatrix, type Kernel } from "./filter-matrix.ts";
import type { FloatImage, Size } from "./raster.ts";

/** Rows of samples on demand, so that pictures of 100 MP are scaled without a float copy of the whole. */
export interface RowSource extends Size {
  readonly channels: number;
  /** Writes row y: `width * channels` samples. */
  readonly read: (y: number, row: Float64Array) => void;
}

/** Called once for every row, from the top; `row` is only valid during the call. */
export type EmitRow = (y: number, row: Float64Array) => void;

/** Separable scaling, a few source rows at a time. An axis that keeps its size is copied exactly. */
export function scaleRows(source: RowSource, size: Size, kernel: Kernel, emit: EmitRow): void {
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
    }
    return;
  }
  scaleColumns(filterMatrix(kernel, source.height, size.height), length, readScaled, emit);
}

function scaleColumns(
  { outputs, taps, first, weights }: FilterMatrix,
  length: number,
  read: (y: number, row: Float64Array) => void,
  emit: EmitRow,
): void {
  const ring = Array.from({ length: taps }, () => new Float64Array(length));
  const result = new Float64Array(length);
  let next = 0;
  for (let y = 0; y < outputs; y++) {
    const start = first[y] as number;
    for (next = Math.max(next, start); next < start + taps; next++) {
      read(next, ring[next % taps] as Float64Array);
    }
    result.fill(0);
    for (let t = 0; t < taps; t++) {
      const weight = weights[y * taps + t] as number;
      if (weight !== 0) addScaled(result, ring[(start + t) % taps] as Float64Array, weight);
    }
    emit(y, result);
  }
}

function addScaled(sum: Float64Array, row: Float64Array, weight: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (row[i] as number);
}

function filterRow(matrix: FilterMatrix, source: Float64Array, target: Float64Array, channels: number): void {
  const { outputs, taps, first, weights } = matrix;
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

export function rowsOfFloatImage({ width, height, channels, data }: FloatImage): RowSource {
  const length = width * channels;
  return {
    width,
    height,
    channels,
    read: (y, row) => row.set(data.subarray(y * length, (y + 1) * length)),
  };
}
