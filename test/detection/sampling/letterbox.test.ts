import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitLetterbox, sampleLetterbox } from "../../../src/detection/sampling/letterbox.ts";

const size = fc.record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) });
const input = { width: 16, height: 16 };

function grey(width: number, height: number, at: (x: number, y: number) => number) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return at(pixel % width, Math.floor(pixel / width));
  });
  return { width, height, data };
}

describe("fitLetterbox", () => {
  it("shows the whole picture, centred, touching two sides", () => {
    fc.assert(
      fc.property(size, (picture) => {
        const { scale, offsetX, offsetY } = fitLetterbox(picture, input);
        const [left, top] = [offsetX / scale, offsetY / scale];
        expect(Math.min(left, top)).toBeCloseTo(0, 9);
        expect(2 * left + picture.width / scale).toBeCloseTo(input.width, 9);
        expect(2 * top + picture.height / scale).toBeCloseTo(input.height, 9);
      }),
    );
  });
});

describe("sampleLetterbox", () => {
  it("copies a picture of the input's size", () => {
    const picture = grey(16, 16, (x, y) => x * 16 + y);
    const sampled = sampleLetterbox(picture, input, fitLetterbox(picture, input));
    expect([...sampled]).toEqual([...picture.data]);
  });

  it("keeps an even picture even and its border zero", () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 255 }), (picture, level) => {
        const letterbox = fitLetterbox(picture, input);
        const sampled = sampleLetterbox(
          grey(picture.width, picture.height, () => level),
          input,
          letterbox,
        );
        for (const [index, value] of sampled.entries()) {
          const pixel = Math.floor(index / 3);
          const x = ((pixel % 16) + 0.5) * letterbox.scale - letterbox.offsetX;
          const y = (Math.floor(pixel / 16) + 0.5) * letterbox.scale - letterbox.offsetY;
          const inside = x >= 0 && y >= 0 && x <= picture.width && y <= picture.height;
          expect(value).toBe(inside ? level : 0);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("follows a slope exactly, at pixel centres and unrounded", () => {
    const picture = grey(32, 32, (x, y) => 2 * x + 3 * y);
    const sampled = sampleLetterbox(picture, input, fitLetterbox(picture, input));
    expect(sampled[(5 * 16 + 7) * 3]).toBeCloseTo(2 * (7.5 * 2 - 0.5) + 3 * (5.5 * 2 - 0.5), 5);
    const enlarged = grey(8, 8, (x) => 10 * x);
    expect(sampleLetterbox(enlarged, input, fitLetterbox(enlarged, input))[7 * 3]).toBeCloseTo(32.5, 5);
  });

  it("averages what a large reduction would otherwise pick one sample of", () => {
    const noisy = grey(16 * 9, 16 * 9, (x, y) => ((x * 7919 + y * 104_729) % 2 === 0 ? 255 : 0));
    const sampled = sampleLetterbox(noisy, input, fitLetterbox(noisy, input));
    expect(Math.min(...sampled)).toBeGreaterThan(90);
    expect(Math.max(...sampled)).toBeLessThan(165);
  });

  it("places a slope alike with and without averaging", () => {
    for (const factor of [8, 9, 13, 40]) {
      const side = 16 * factor;
      const picture = grey(side, side, (x) => Math.round((200 * (x + 0.5)) / side));
      const sampled = sampleLetterbox(picture, input, fitLetterbox(picture, input));
      for (let x = 0; x < 16; x++) {
        const exact = (200 * (x + 0.5)) / 16;
        expect(Math.abs((sampled[(7 * 16 + x) * 3] ?? 0) - exact)).toBeLessThan(0.51);
      }
    }
  });

  it("needs one line of samples of the longest picture there can be", () => {
    const thread = grey(300_000, 8, (x) => (x < 150_000 ? 40 : 80));
    const sampled = sampleLetterbox(thread, input, fitLetterbox(thread, input));
    const row = Array.from({ length: 16 }, (_, x) =>
      Math.max(...[7, 8].map((y) => sampled[(y * 16 + x) * 3] ?? 0)),
    );
    expect(row[3]).toBeGreaterThan(0);
    expect((row[12] ?? 0) / (row[3] ?? 1)).toBeCloseTo(2, 2);
  });
});
