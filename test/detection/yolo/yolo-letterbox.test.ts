import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitYoloLetterbox, sampleYoloLetterbox } from "../../../src/detection/yolo/yolo-letterbox.ts";

const FIXED = { width: 640, height: 640, dynamic: false, stride: 32 };
const DYNAMIC = { ...FIXED, dynamic: true };
const SMALL = { width: 32, height: 32, dynamic: false, stride: 8 };
const BORDER = Math.fround(114 / 255);

function grey(width: number, height: number, at: (x: number, y: number) => number) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return at(pixel % width, Math.floor(pixel / width));
  });
  return { width, height, data };
}

const size = fc.record({
  width: fc.integer({ min: 1, max: 5000 }),
  height: fc.integer({ min: 1, max: 5000 }),
});

describe("fitYoloLetterbox", () => {
  /* What LetterBox of the ultralytics package (8.4) gives: inner size, left and top. */
  it.each<[number, number, number, number, number, number]>([
    [2048, 922, 640, 288, 0, 176],
    [640, 427, 640, 427, 0, 106],
    [384, 512, 480, 640, 80, 0],
    [1280, 721, 640, 360, 0, 140],
    [512, 600, 546, 640, 47, 0],
  ])("fits %i × %i as the original does", (width, height, innerWidth, innerHeight, left, top) => {
    expect(fitYoloLetterbox({ width, height }, FIXED)).toEqual({
      ...{ width: 640, height: 640, innerWidth, innerHeight, left, top },
    });
  });

  it.each<[number, number, number, number, number]>([
    [2048, 922, 640, 288, 0],
    [640, 427, 640, 448, 10],
    [384, 512, 480, 640, 0],
  ])(
    "leaves little around %i × %i where the input is dynamic",
    (width, height, outerWidth, outerHeight, top) => {
      expect(fitYoloLetterbox({ width, height }, DYNAMIC)).toMatchObject({
        ...{ width: outerWidth, height: outerHeight, left: 0, top },
      });
    },
  );

  it("holds the picture, whatever its size", () => {
    fc.assert(
      fc.property(size, fc.constantFrom(FIXED, DYNAMIC), (picture, input) => {
        const fitted = fitYoloLetterbox(picture, input);
        expect(fitted.left + fitted.innerWidth).toBeLessThanOrEqual(fitted.width);
        expect(fitted.top + fitted.innerHeight).toBeLessThanOrEqual(fitted.height);
        expect(
          Math.min(fitted.left, fitted.top, fitted.innerWidth - 1, fitted.innerHeight - 1),
        ).toBeGreaterThanOrEqual(0);
        expect(fitted.width % 32).toBe(0);
        expect(Math.max(fitted.innerWidth, fitted.innerHeight)).toBe(640);
      }),
    );
  });
});

describe("sampleYoloLetterbox", () => {
  it("splits a picture of the input's size into planes of 0–1", () => {
    const data = Uint8Array.from({ length: 32 * 32 * 3 }, (_, index) => (index * 7) % 256);
    const picture = { width: 32, height: 32, data };
    const samples = sampleYoloLetterbox(picture, fitYoloLetterbox(picture, SMALL));
    for (const [index, value] of data.entries()) {
      const at = (index % 3) * 1024 + Math.floor(index / 3);
      expect(Math.abs((samples[at] ?? 0) - value / 255)).toBeLessThan(1e-6);
    }
  });

  it("keeps an even picture even, with the networks' grey around it", () => {
    const sides = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(sides, sides, fc.nat(255), (width, height, level) => {
        const letterbox = fitYoloLetterbox({ width, height }, SMALL);
        const samples = sampleYoloLetterbox(
          grey(width, height, () => level),
          letterbox,
        );
        const inner = letterbox.innerWidth * letterbox.innerHeight;
        let even = 0;
        let around = 0;
        for (const sample of samples) {
          if (Math.abs(sample - level / 255) < 1e-5) even += 1;
          else if (sample === BORDER) around += 1;
        }
        expect(even + around).toBe(3 * 32 * 32);
        if (level !== 114) expect(even).toBe(3 * inner);
      }),
      { numRuns: 40 },
    );
  });

  it.each([1, 2, 3, 4, 5, 9, 20])("places a slope right in a reduction by %i", (factor) => {
    const side = 32 * factor;
    const picture = grey(side, side, (x) => Math.round((250 * (x + 0.5)) / side));
    const samples = sampleYoloLetterbox(picture, fitYoloLetterbox(picture, SMALL));
    for (let x = 0; x < 32; x++) {
      expect(Math.abs((samples[9 * 32 + x] ?? 0) - (250 * (x + 0.5)) / 32 / 255)).toBeLessThan(0.51 / 255);
    }
  });

  it.each([6, 9, 17])("averages noise in a reduction by %i", (factor) => {
    let state = 1;
    const noisy = grey(32 * factor, 32 * factor, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state < 2 ** 31 ? 0 : 255;
    });
    const samples = sampleYoloLetterbox(noisy, fitYoloLetterbox(noisy, SMALL));
    const spread = Math.sqrt(samples.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / samples.length);
    // One pixel for each sample would leave 0.5, the mean of n pixels leaves 0.5 / √n.
    expect(spread).toBeLessThan(factor > 8 ? 0.14 : 0.27);
  });
});
