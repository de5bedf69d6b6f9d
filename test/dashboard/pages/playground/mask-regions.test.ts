import { describe, expect, it } from "vitest";
import { cropAround, findRegions } from "../../../../dashboard/src/pages/playground/mask-regions.ts";

/** Rows of characters; # is inside. */
function maskOf(rows: readonly string[], stride = 1): [Uint8ClampedArray, number, number, number] {
  const width = rows[0]?.length ?? 0;
  const values = new Uint8ClampedArray(width * rows.length * stride);
  [...rows.join("")].forEach((character, at) => {
    values[at * stride] = character === "#" ? 1 : 0;
  });
  return [values, width, rows.length, stride];
}

describe("the regions of a mask", () => {
  it("are those parts that hang together, corners included, each with its box", () => {
    const rows = ["####......####", "####......####", "####......####", "....#.....####", ".....####....."];
    expect(findRegions(...maskOf(rows, 4))).toEqual([
      [0, 0, 9, 5],
      [10, 0, 14, 4],
    ]);
  });

  it("are one where two that began apart meet further down", () => {
    const rows = ["##..##..##", "##..##..##", "##..##..##", "##########", ".........."];
    expect(findRegions(...maskOf(rows))).toEqual([[0, 0, 10, 4]]);
  });

  it("are none where only dust is", () => {
    expect(findRegions(...maskOf(["###...", "....##", "......"]))).toEqual([]);
  });

  it("are cut out with what is around them, at least ten pixels and never beyond the picture", () => {
    expect(cropAround([50, 60, 70, 80], 32, 400, 100)).toEqual([18, 28, 102, 100]);
    expect(cropAround([50, 60, 70, 80], 0, 400, 100)).toEqual([40, 50, 80, 90]);
  });
});
