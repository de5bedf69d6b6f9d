import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleOf, sumRange } from "../../../src/runs/estimates/sum-range.ts";

const amounts = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 50 });

describe("the sum of what is still to come", () => {
  it("lies around as many times the mean, never below nothing", () => {
    fc.assert(
      fc.property(amounts, fc.nat({ max: 1_000 }), (values, more) => {
        const sample = sampleOf(values);
        const { low, high } = sumRange(sample, more);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(more * sample.mean + 1e-9);
        expect(high).toBeGreaterThanOrEqual(more * sample.mean - 1e-9);
      }),
    );
  });

  it("is known the better the more was seen, and for one alike not at all sure", () => {
    const widthAfter = (count: number) => {
      const { low, high } = sumRange({ count, mean: 1, deviation: 0.5 }, 100);
      return high - low;
    };
    expect(widthAfter(200)).toBeLessThan(widthAfter(20));
    expect(widthAfter(20)).toBeLessThan(widthAfter(3));
    const one = sumRange(sampleOf([0.02]), 10);
    expect(one.low).toBeLessThan(0.2);
    expect(one.high).toBeGreaterThan(0.3);
    expect(sumRange(sampleOf([]), 10)).toEqual({ low: 0, high: 0 });
  });

  it("holds what came nine times out of ten, for faces as photos have them", () => {
    /* A fixed sequence: many pictures with one face, some with several, some with none. */
    const faces = Array.from({ length: 20_000 }, (_, at) => [1, 1, 1, 0, 2, 1, 0, 5][(at * 7_919) % 8] ?? 0);
    const shuffled = faces.toSorted((a, b) => Math.sin(a * 7 + 1) - Math.sin(b * 7 + 1));
    const mixed = shuffled.map((_, at) => shuffled[(at * 7_919) % shuffled.length] ?? 0);
    let held = 0;
    const trials = 60;
    for (let trial = 0; trial < trials; trial += 1) {
      const start = trial * 300;
      const seen = sampleOf(mixed.slice(start, start + 40));
      const came = mixed.slice(start + 40, start + 240).reduce((sum, count) => sum + count, 0);
      const { low, high } = sumRange(seen, 200);
      if (came >= low && came <= high) held += 1;
    }
    expect(held / trials).toBeGreaterThan(0.85);
  });
});
