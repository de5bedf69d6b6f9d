import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { coalesce } from "../../workers/coalesce.ts";

describe("coalesce", () => {
  it("makes the calls of one turn as one, and gathers those that arrive meanwhile", async () => {
    const sizes: number[] = [];
    const double = coalesce(async (items: readonly number[]) => {
      sizes.push(items.length);
      await setImmediate();
      return items.map((item) => item * 2);
    }, 100);
    const early = [1, 2].map(double);
    await setImmediate();
    const late = [3, 4, 5].map(double);
    expect(await Promise.all([...early, ...late])).toEqual([2, 4, 6, 8, 10]);
    expect(sizes).toEqual([2, 3]);
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

  it("gives the error to the call that deserves it, not to those gathered with it", async () => {
    const work = coalesce(async (items: readonly number[]) => {
      if (items.includes(3)) throw new Error("three");
      return items;
    }, 100);
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(work));
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
  });

  it("fails the calls of a failed round and goes on with the next", async () => {
    let round = 0;
    const work = coalesce(async (items: readonly number[]) => {
      round += 1;
      if (round === 1) throw new Error("gone");
      return items;
    }, 100);
    await expect(work(1)).rejects.toThrow("gone");
    expect(await work(2)).toBe(2);
  });
});
