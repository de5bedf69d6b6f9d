import { describe, expect, it } from "vitest";
import { divide, fullCell, owners } from "../../../bench/simulation/cells.ts";

const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);

describe("cells", () => {
  it.each([100_000, 10_000_000, 100_000_000])(
    "share %i pictures a day so that none is fuller than full",
    (pictures) => {
      const { cells, hottest } = divide(pictures);
      expect(sum(owners(pictures))).toBeCloseTo(pictures, 0);
      expect(sum(hottest)).toBeLessThanOrEqual(fullCell());
      expect(sum(hottest)).toBeGreaterThanOrEqual(pictures / cells);
    },
  );

  it("end where one owner alone is more than a cell", () => {
    const { hottest } = divide(100 * fullCell());
    expect(hottest.length).toBeGreaterThan(0);
  });
});
