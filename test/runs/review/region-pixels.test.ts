import { describe, expect, it } from "vitest";
import { blankMask, type Image, type Mask } from "../../../src/image/raster.ts";
import { maskWithout, regionsOfMask, restoreWhere } from "../../../src/runs/review/region-pixels.ts";

/** A mask of two squares, the second of them grey, and a speck that no region has. */
function twoSquares(): Mask {
  const mask = blankMask({ width: 12, height: 6 });
  for (let y = 1; y < 4; y++) {
    for (let x = 1; x < 4; x++) mask.data[y * 12 + x] = 255;
    for (let x = 7; x < 10; x++) mask.data[y * 12 + x] = 90;
  }
  mask.data[5 * 12 + 11] = 255;
  return mask;
}
const BOXES = [
  [1, 1, 4, 4],
  [7, 1, 10, 4],
] as const;
const grey = (level: number): Image => ({
  width: 12,
  height: 6,
  channels: 1,
  depth: 8,
  data: new Uint8Array(72).fill(level),
});

describe("the pixels of regions", () => {
  it("are those of their part of the mask, at its own levels", () => {
    const part = regionsOfMask(twoSquares(), BOXES, new Set([2]));
    expect([part.data[1 * 12 + 7], part.data[1 * 12 + 1], part.data[5 * 12 + 11]]).toEqual([90, 0, 0]);
    expect(part.data.reduce((sum, level) => sum + (level > 0 ? 1 : 0), 0)).toBe(9);
  });

  it("belong to the smallest region that has them", () => {
    const boxes = [[0, 0, 12, 6], ...BOXES] as const;
    const part = regionsOfMask(twoSquares(), boxes, new Set([1]));
    expect(part.data.reduce((sum, level) => sum + (level > 0 ? 1 : 0), 0)).toBe(1);
  });

  it("become what they were before, also where the two were mixed, and no others do", () => {
    const part = regionsOfMask(twoSquares(), BOXES, new Set([2]));
    const restored = restoreWhere(grey(200), grey(10), part);
    const expected = grey(200).data.map((level, at) => ((part.data[at] as number) > 0 ? 10 : level));
    expect(restored.data).toEqual(expected);
  });

  it("are taken out of a drawn mask", () => {
    const drawn = { ...blankMask({ width: 12, height: 6 }), data: new Uint8Array(72).fill(255) };
    const free = maskWithout(drawn, regionsOfMask(twoSquares(), BOXES, new Set([1])));
    expect([free.data[1 * 12 + 1], free.data[1 * 12 + 7]]).toEqual([0, 255]);
  });
});
