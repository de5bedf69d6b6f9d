import { expect, it } from "vitest";
import { type HeatMaps, refinePoints } from "../../../src/detection/sampling/refine-points.ts";

const SIDE = 16;
/** Raw values far below zero are certain to be nothing. */
const COLD = -40;

/** One point's map that is hot in the given cells. */
function heat(...cells: readonly (readonly [x: number, y: number, raw: number])[]): HeatMaps {
  const data = new Float32Array(SIDE * SIDE).fill(COLD);
  for (const [x, y, raw] of cells) data[y * SIDE + x] = raw;
  return { side: SIDE, count: 1, data };
}

/** The network's input is four times as wide as the map; values are x, y and one more. */
const refine = (x: number, y: number, maps: HeatMaps) => [
  ...refinePoints(Float32Array.of(x, y, 7), 3, 4 * SIDE, maps),
];

it("moves a point to the hot cell near it, and leaves its other values", () => {
  expect(refine(33, 21, heat([9, 6, 40]))).toEqual([36, 24, 7]);
});

it("takes the mean of cells, weighted by how hot they are", () => {
  const [x = 0, y = 0] = refine(33, 21, heat([8, 5, 0], [10, 5, Math.log(3)]));
  // Sigmoids of a half and three quarters.
  expect(x).toBeCloseTo((4 * (8 * 0.5 + 10 * 0.75)) / 1.25, 4);
  expect(y).toBeCloseTo(20, 4);
});

it("does not see cells farther than three away", () => {
  expect(refine(33, 21, heat([12, 5, 40]))).toEqual([33, 21, 7]);
  expect(refine(33, 21, heat([11, 5, 40]))).toEqual([44, 20, 7]);
});

it("leaves a point of which no cell is sure, and one beyond the map", () => {
  expect(refine(33, 21, heat([8, 5, -0.1]))).toEqual([33, 21, 7]);
  expect(refine(70, 21, heat([15, 5, 40]))).toEqual([70, 21, 7]);
});

it("reads the map of each point for itself", () => {
  const data = new Float32Array(SIDE * SIDE * 2).fill(COLD);
  data[(5 * SIDE + 9) * 2 + 1] = 40;
  const refined = refinePoints(Float32Array.of(33, 21, 33, 21), 2, 4 * SIDE, { side: SIDE, count: 2, data });
  expect([...refined]).toEqual([33, 21, 36, 20]);
});
