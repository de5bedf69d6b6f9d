import { describe, expect, it } from "vitest";
import { coalesce } from "../../workers/coalesce.ts";

describe("coalesce", () => {
  it("makes a lone call at once and gathers those that arrive meanwhile", async () => {
    const sizes: number[] = [];
    const double = coalesce(async (items: readonly number[]) => {
      sizes.push(items.length);
      return items.map((item) => item * 2);
    }, 100);
    expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
    expect(sizes).toEqual([1, 3]);
  });

  it("never exceeds the most at once and keeps each answer with its call", async () => {
    const sizes: number[] = [];
    const same = coalesce(async (items: readonly number[]) => {
      sizes.push(items.length);
      return items;
    }, 10);
    const numbers = Array.from({ length: 45 }, (_, n) => n);
    expect(await Promise.all(numbers.map(same))).toEqual(numbers);
    expect(Math.max(...sizes)).toBe(10);
  });

  it("fails the calls of a failed round and goes on with the next", async () => {
    let round = 0;
    const work = coalesce(async (items: readonly number[]) => {
      round += 1;
      if (round === 1) throw new Error("gone");
      return items;
    }, 100);
    const outcomes = await Promise.allSettled([1, 2].map(work));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(["rejected", "fulfilled"]);
  });
});
