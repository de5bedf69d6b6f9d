import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Region } from "../../../src/detection/sampling/region.ts";
import { distinctRegions } from "../../../src/detection/stages/distinct-regions.ts";

const find = (name: string, x: number, side: number, angle = 0) => ({
  name,
  region: { centre: [x, 0], side, angle } satisfies Region,
});
const names = (finds: readonly { name: string }[]) => finds.map(({ name }) => name);

describe("distinctRegions", () => {
  it("keeps the first of those that show the same, and all that lie apart", () => {
    // Squares of side 100 that lie 20 apart share two thirds of their union, 40 apart three sevenths.
    const finds = [find("best", 0, 100), find("same", 20, 100), find("beside", 40, 100), find("far", 500, 9)];
    expect(names(distinctRegions(finds, 0.5))).toEqual(["best", "beside", "far"]);
  });

  it("does not ask how regions are turned", () => {
    expect(names(distinctRegions([find("a", 0, 10), find("b", 0, 10, 2)], 0.5))).toEqual(["a"]);
  });

  it("changes nothing when asked again", () => {
    const region = fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(fc.array(region, { maxLength: 12 }), (regions) => {
        const once = distinctRegions(
          regions.map(([x, side], at) => find(String(at), x, side)),
          0.5,
        );
        expect(distinctRegions(once, 0.5)).toEqual(once);
        expect(once.length > 0).toBe(regions.length > 0);
      }),
    );
  });
});
