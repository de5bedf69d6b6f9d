import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readYoloBoxes } from "../../../src/detection/yolo/yolo-boxes.ts";

interface Row {
  /** Centre x, centre y, width, height. */
  readonly box: readonly [number, number, number, number];
  readonly scores: readonly number[];
}

/** As the network answers: one column for each row. */
function toColumns(rows: readonly Row[]): Float32Array {
  const numbers = rows.map(({ box, scores }) => [...box, ...scores]);
  const height = numbers[0]?.length ?? 0;
  return Float32Array.from({ length: height * rows.length }, (_, at) => {
    const column = numbers[at % rows.length];
    return column?.[Math.floor(at / rows.length)] ?? 0;
  });
}

const read = (rows: readonly Row[], confidence: number) =>
  readYoloBoxes(toColumns(rows), rows.length, rows[0]?.scores.length ?? 0, confidence);

/** The textbook's suppression, in as few words as possible. */
function suppressPlainly(rows: readonly Row[], confidence: number): number[] {
  const corners = ([x, y, w, h]: Row["box"]) => [x - w / 2, y - h / 2, x + w / 2, y + h / 2] as const;
  const all = rows
    .map(({ box, scores }, column) => {
      const score = Math.max(...scores);
      return { corners: corners(box), score, classIndex: scores.indexOf(score), column };
    })
    .filter(({ score }) => score > confidence)
    .sort((a, b) => b.score - a.score || a.column - b.column);
  const kept: typeof all = [];
  for (const one of all) {
    const isCovered = kept.some((better) => {
      const width = Math.min(one.corners[2], better.corners[2]) - Math.max(one.corners[0], better.corners[0]);
      const height =
        Math.min(one.corners[3], better.corners[3]) - Math.max(one.corners[1], better.corners[1]);
      const common = Math.max(0, width) * Math.max(0, height);
      const area = ([x0, y0, x1, y1]: typeof one.corners) => (x1 - x0) * (y1 - y0);
      const overlap = common / (area(one.corners) + area(better.corners) - common);
      return one.classIndex === better.classIndex && overlap > 0.7;
    });
    if (!isCovered) kept.push(one);
  }
  return kept.map(({ column }) => column);
}

/* Numbers that floats hold exactly, so that both ways compute the same. */
const coordinate = fc.integer({ min: 0, max: 40 }).map((value) => value * 2);
const extent = fc.integer({ min: 1, max: 20 }).map((value) => value * 2);
const score = fc.integer({ min: 0, max: 64 }).map((value) => value / 64);
const row: fc.Arbitrary<Row> = fc.record({
  box: fc.tuple(coordinate, coordinate, extent, extent),
  scores: fc.tuple(score, score, score),
});

describe("readYoloBoxes", () => {
  it("suppresses as the textbook does", () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), score, (rows, confidence) => {
        const kept = read(rows, confidence).map(({ column }) => column);
        expect(kept).toEqual(suppressPlainly(rows, confidence));
      }),
      { numRuns: 200 },
    );
  });

  it("gives corners, the best class and its score", () => {
    expect(read([{ box: [50, 40, 20, 10], scores: [0.25, 0.75] }], 0.5)).toEqual([
      { box: [40, 35, 60, 45], score: 0.75, classIndex: 1, column: 0 },
    ]);
  });

  it("keeps two classes at one place, and one class once", () => {
    const box = [50, 50, 20, 20] as const;
    const rows = [
      { box, scores: [0.5, 0.25] },
      { box, scores: [0.25, 0.75] },
      { box, scores: [0.625, 0.25] },
    ];
    expect(read(rows, 0.3).map(({ column }) => column)).toEqual([1, 2]);
  });

  it("counts only what scores above the confidence", () => {
    const rows = [{ box: [5, 5, 2, 2], scores: [0.5] } as const];
    expect(read(rows, 0.5)).toEqual([]);
    expect(read(rows, 0.499)).toHaveLength(1);
  });

  it("leaves out what is no number or has no area", () => {
    const rows: Row[] = [
      { box: [5, 5, 0, 2], scores: [0.9] },
      { box: [5, 5, Number.NaN, 2], scores: [0.9] },
      { box: [5, 5, 2, 2], scores: [Number.NaN] },
    ];
    expect(read(rows, 0.1)).toEqual([]);
  });

  it("yields 300 finds at most, the best ones", () => {
    const rows = Array.from(
      { length: 500 },
      (_, index): Row => ({
        box: [10 * index, 5, 8, 8],
        scores: [(index + 1) / 512],
      }),
    );
    const finds = read(rows, 0);
    expect(finds).toHaveLength(300);
    expect(finds.at(0)?.column).toBe(499);
    expect(finds.at(-1)?.column).toBe(200);
  });
});
