import { expect, it } from "vitest";
import { sampleStretched } from "../../../src/detection/sampling/sample-stretched.ts";

function slope(width: number, height: number, at: (x: number, y: number) => number) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return at(pixel % width, Math.floor(pixel / width));
  });
  return { width, height, data };
}

it("copies a picture of the input's size", () => {
  const picture = slope(6, 5, (x, y) => 20 * x + 7 * y);
  expect([...sampleStretched(picture, picture)]).toEqual([...picture.data]);
});

it("gives each axis its own scale, and fills the input", () => {
  const picture = slope(32, 12, (x, y) => 4 * x + 3 * y);
  const sampled = sampleStretched(picture, { width: 8, height: 4 });
  for (const [x, y] of [
    [0, 0],
    [7, 3],
    [3, 2],
  ] as const) {
    const wanted = 4 * ((x + 0.5) * 4 - 0.5) + 3 * ((y + 0.5) * 3 - 0.5);
    expect(sampled[(y * 8 + x) * 3]).toBeCloseTo(wanted, 4);
  }
});

it("places a slope alike with and without averaging", () => {
  for (const factor of [8, 9, 40]) {
    const picture = slope(8 * factor, 4, (x) => Math.round((200 * (x + 0.5)) / (8 * factor)));
    const sampled = sampleStretched(picture, { width: 8, height: 8 });
    for (let x = 0; x < 8; x++) {
      expect(Math.abs((sampled[(5 * 8 + x) * 3] ?? 0) - (200 * (x + 0.5)) / 8)).toBeLessThan(0.51);
    }
  }
});

it("samples each axis as finely as it is reduced: a long strip costs what its pixels cost", () => {
  const thread = slope(300_000, 4, (x) => (x < 150_000 ? 40 : 80));
  const sampled = sampleStretched(thread, { width: 8, height: 8 });
  const columns = Array.from({ length: 8 }, (_, x) => sampled[(5 * 8 + x) * 3] ?? 0);
  for (const [x, value] of columns.entries()) expect(value).toBeCloseTo(x < 4 ? 40 : 80, 3);
});
