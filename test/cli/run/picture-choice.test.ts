import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ListedFile } from "../../../src/cli/listing/input-listing.ts";
import { openPictureChoice } from "../../../src/cli/run/picture-choice.ts";

async function* listing(count: number): AsyncGenerator<ListedFile> {
  for (let at = 0; at < count; at += 1) {
    const name = `${at}.jpg`;
    yield { name, given: name, path: `/${name}`, problem: null, twins: async () => [] };
  }
}

async function chosen(pictures: number, sample: number) {
  const choice = openPictureChoice({ pictures, sample, previous: null });
  const places: number[] = [];
  const numbers: number[] = [];
  for await (const { at, listed } of choice.choose(listing(pictures))) {
    places.push(at);
    numbers.push(Number.parseInt(listed.name, 10));
  }
  return { total: choice.total, places, numbers };
}

describe("a sample", () => {
  it("is spread evenly, from the first to the last", async () => {
    expect((await chosen(100, 4)).numbers).toEqual([12, 37, 62, 87]);
    expect((await chosen(5, 1)).numbers).toEqual([2]);
  });

  it("is all there are where more are asked for", async () => {
    expect(await chosen(3, 10)).toEqual({ total: 3, places: [0, 1, 2], numbers: [0, 1, 2] });
  });

  it("has as many as asked for, no two neighbours further apart than a part and one, always the same", async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 300 }),
      async (pictures, sample) => {
        const { total, places, numbers } = await chosen(pictures, sample);
        expect(numbers).toHaveLength(Math.min(pictures, sample));
        expect(total).toBe(numbers.length);
        expect(places).toEqual(numbers.map((_, at) => at));
        const steps = numbers.slice(1).map((one, at) => one - (numbers[at] ?? 0));
        for (const step of steps) expect(Math.abs(step - pictures / total)).toBeLessThan(1);
        expect((await chosen(pictures, sample)).numbers).toEqual(numbers);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});
