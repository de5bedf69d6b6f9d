import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { coalesce } from "../../workers/coalesce.ts";

describe("coalesce", () => {
  it("makes the calls of one turn as one, and gathers those that arrive meanwhile", async () => {
    const sizes: number[] = [];
    const double = coalesce(
      async (items: readonly number[]) => {
        sizes.push(items.length);
        await setImmediate();
        return items.map((item) => item * 2);
      },
      { mostAtOnce: 100, rounds: 1 },
    );
    const early = [1, 2].map(double);
    await setImmediate();
    const late = [3, 4, 5].map(double);
    expect(await Promise.all([...early, ...late])).toEqual([2, 4, 6, 8, 10]);
    expect(sizes).toEqual([2, 3]);
  });

  it("never exceeds the most at once and keeps each answer with its call", async () => {
    const sizes: number[] = [];
    const same = coalesce(
      async (items: readonly number[]) => {
        sizes.push(items.length);
        return items;
      },
      { mostAtOnce: 10, rounds: 1 },
    );
    const numbers = Array.from({ length: 45 }, (_, n) => n);
    expect(await Promise.all(numbers.map(same))).toEqual(numbers);
    expect(Math.max(...sizes)).toBe(10);
  });

  it("has as many rounds under way as it may", async () => {
    let underWay = 0;
    let most = 0;
    const same = coalesce(
      async (items: readonly number[]) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await setImmediate();
        underWay -= 1;
        return items;
      },
      { mostAtOnce: 1, rounds: 2 },
    );
    expect(await Promise.all([1, 2, 3, 4, 5].map(same))).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it("gives the error to the call that deserves it, not to those gathered with it", async () => {
    const work = coalesce(
      async (items: readonly number[]) => {
        if (items.includes(3)) throw new Error("three");
        return items;
      },
      { mostAtOnce: 100, rounds: 1 },
    );
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
    const work = coalesce(
      async (items: readonly number[]) => {
        round += 1;
        if (round === 1) throw new Error("gone");
        return items;
      },
      { mostAtOnce: 100, rounds: 1 },
    );
    await expect(work(1)).rejects.toThrow("gone");
    expect(await work(2)).toBe(2);
  });
});
