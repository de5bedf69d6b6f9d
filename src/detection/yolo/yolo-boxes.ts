import type { Box } from "../../contracts/detection.ts";

/** A box in pixels of the network's input. */
export interface YoloBox {
  readonly box: Box;
  readonly score: number;
  readonly classIndex: number;
  /** Its column in the network's output. */
  readonly column: number;
}

/** Boxes of one class that overlap more than this are one find (the original's default). */
const OVERLAP = 0.7;
/** As in the original: a picture yields no more finds than this, however low the confidence. */
const MAX_FINDS = 300;

/** A score's bits and a column in one exact number: 32 + 21 bits. */
const COLUMNS = 2 ** 21;
const HIGHEST_BITS = 2 ** 32 - 1;

/**
 * What a YOLOv8 or YOLO11 output holds above `confidence`, in falling order of score, best of each overlapping group.
 * @param values rows of `columns` numbers each: centre x, centre y, width, height in input pixels, then one score (0–1) for each class
 */
export function readYoloBoxes(
  values: Float32Array,
  columns: number,
  classes: number,
  confidence: number,
): YoloBox[] {
  const { scores, classIndices } = bestClasses(values, columns, classes);
  const order = orderOf(scores, confidence);
  const kept: YoloBox[] = [];
  for (const column of order) {
    const [x, y] = [values[column] as number, values[columns + column] as number];
    const [width, height] = [values[2 * columns + column] as number, values[3 * columns + column] as number];
    if (!(width > 0 && height > 0)) continue;
    const candidate: YoloBox = {
      box: [x - width / 2, y - height / 2, x + width / 2, y + height / 2],
      score: scores[column] as number,
      classIndex: classIndices[column] as number,
      column,
    };
    if (kept.some((better) => isSame(better, candidate))) continue;
    kept.push(candidate);
    if (kept.length === MAX_FINDS) break;
  }
  return kept;
}

/** The best class of each column and its score. */
function bestClasses(
  values: Float32Array,
  columns: number,
  classes: number,
): { scores: Float32Array; classIndices: Uint16Array } {
  const scores = values.slice(4 * columns, 5 * columns);
  const classIndices = new Uint16Array(columns);
  for (let index = 1; index < classes; index++) {
    const row = (4 + index) * columns;
    for (let column = 0; column < columns; column++) {
      const score = values[row + column] as number;
      if (!(score > (scores[column] as number))) continue;
      scores[column] = score;
      classIndices[column] = index;
    }
  }
  return { scores, classIndices };
}

/**
 * Columns above `confidence` in falling order of score; equal scores in the network's order. Positive floats order
 * as their bits do, so numbers are sorted, which needs no comparator.
 */
function orderOf(scores: Float32Array, confidence: number): Uint32Array {
  const bits = new Uint32Array(scores.buffer, scores.byteOffset, scores.length);
  const keys = new Float64Array(scores.length);
  let count = 0;
  for (let column = 0; column < scores.length; column++) {
    if (!((scores[column] as number) > confidence)) continue;
    keys[count] = (HIGHEST_BITS - (bits[column] as number)) * COLUMNS + column;
    count += 1;
  }
  return Uint32Array.from(keys.subarray(0, count).sort(), (key) => key % COLUMNS);
}

function isSame(a: YoloBox, b: YoloBox): boolean {
  if (a.classIndex !== b.classIndex) return false;
  const [ax0, ay0, ax1, ay1] = a.box;
  const [bx0, by0, bx1, by1] = b.box;
  const width = Math.min(ax1, bx1) - Math.max(ax0, bx0);
  const height = Math.min(ay1, by1) - Math.max(ay0, by0);
  if (!(width > 0 && height > 0)) return false;
  const common = width * height;
  const union = (ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - common;
  return common > OVERLAP * union;
}
