import { expect, it } from "vitest";
import { distinctPatches, patchOverlap } from "../../../src/detection/masks/patch-overlap.ts";

const square = (x0: number, y0: number, side: number, level = 1) =>
  ({
    kind: "patch",
    box: { x0, y0, x1: x0 + side, y1: y0 + side },
    data: new Uint8Array(side * side).fill(level),
  }) as const;

it("is the share of the union that both have, wherever the boxes lie", () => {
  expect(patchOverlap(square(2, 3, 4), square(2, 3, 4))).toBe(1);
  expect(patchOverlap(square(0, 0, 2), square(1, 1, 2))).toBeCloseTo(1 / 7, 12);
  expect(patchOverlap(square(1, 1, 2), square(0, 0, 2))).toBeCloseTo(1 / 7, 12);
  expect(patchOverlap(square(0, 0, 10), square(3, 4, 2))).toBeCloseTo(4 / 100, 12);
  expect(patchOverlap(square(0, 0, 2), square(2, 0, 2))).toBe(0);
});

it("asks for pixels, not for boxes", () => {
  expect(patchOverlap(square(0, 0, 4), square(0, 0, 4, 0))).toBe(0);
  expect(patchOverlap(square(0, 0, 4, 0), square(0, 0, 4, 0))).toBe(0);
});

it("keeps the first of those that are nearly the same, and all others", () => {
  const finds = [square(0, 0, 10), square(0, 1, 10), square(5, 0, 10), square(40, 0, 3)].map(
    (segmentation, at) => ({ at, segmentation }),
  );
  // One row apart, squares of side 10 share nine elevenths of their union.
  expect(distinctPatches(finds, 0.7).map(({ at }) => at)).toEqual([0, 2, 3]);
  expect(distinctPatches(finds, 0.9).map(({ at }) => at)).toEqual([0, 1, 2, 3]);
});
