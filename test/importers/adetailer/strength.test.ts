import fc from "fast-check";
import { expect, it } from "vitest";
import { evaluateTemplate } from "../../../src/engine/language/template.ts";
import { dynamicStrength } from "../../../src/importers/adetailer/strength.ts";
import { gaussianReach, kernelRadius } from "../../../src/importers/reach.ts";

const at = (strength: number, power: number, area: number) =>
  Number(evaluateTemplate(dynamicStrength(strength, power, "face"), { face: { area } }));

it("a power of the free share of the picture is exact where it is whole", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -10, max: 10 }),
      fc.double({ min: 0, max: 0.95, noNaN: true }),
      (power, area) => {
        expect(at(0.4, power, area)).toBeCloseTo(Math.min(0.4 * (1 - area) ** power, 1), 9);
      },
    ),
  );
});

it("any power is within 1.2 % for finds up to half of the picture", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -10, max: 10, noNaN: true }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      (power, area) => {
        const exact = Math.min(0.4 * (1 - area) ** power, 1);
        expect(Math.abs(at(0.4, power, area) / exact - 1)).toBeLessThan(0.012);
      },
    ),
  );
});

it("a find as large as the picture still has a strength between 0 and 1", () => {
  for (const power of [-10, -1.5, -0.3, 0.3, 2]) {
    expect(at(0.4, power, 1)).toBeGreaterThanOrEqual(0);
    expect(at(0.4, power, 1)).toBeLessThanOrEqual(1);
  }
});

it("a square kernel of k pixels grows as far from side to side as its radius, or one pixel more", () => {
  for (let k = 1; k <= 257; k++) {
    expect(2 * kernelRadius(k) - (k - 1)).toBe(k % 2 === 0 ? 1 : 0);
    expect(kernelRadius(-k)).toBe(kernelRadius(k) === 0 ? 0 : -kernelRadius(k));
  }
});

it("a blur shows as far as half of the kernel that A1111 cuts it off with", () => {
  expect([0, 1, 4, 8, 64].map(gaussianReach)).toEqual([0, 3, 10, 20, 160]);
});
