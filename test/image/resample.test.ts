import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage } from "../../src/image/codec.ts";
import { cropRows } from "../../src/image/crop-rows.ts";
import { enlargeImage } from "../../src/image/enlarge-image.ts";
import { filterMatrix, LANCZOS3, LINEAR } from "../../src/image/filter-matrix.ts";
import type { FloatImage, Image } from "../../src/image/raster.ts";
import { scaleImage, unscaleImage } from "../../src/image/resample.ts";
import { scaleMask } from "../../src/image/scale-mask.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import {
  floatOf,
  largestDifference,
  maskOf,
  noiseImage,
  psnr,
  randomNumbers,
  sizes,
  softImage,
} from "./rasters.ts";
import { hasPhotos, photoNames, readPhoto } from "./shared-files.ts";

const noise = (size: { width: number; height: number }, seed: number): FloatImage => {
  const random = randomNumbers(seed);
  return floatOf(size, () => random() * 255);
};

const to8Bits = (image: FloatImage): FloatImage => ({
  ...image,
  data: image.data.map((value) => Math.min(255, Math.max(0, Math.round(value)))),
});

const scales = fc.double({ min: 1, max: 4.5, noNaN: true });

describe("unscaling", () => {
  it("undoes every enlargement, of noise too, whatever the two scales are", () => {
    fc.assert(
      fc.property(sizes(40), scales, scales, fc.integer(), ({ width, height }, sx, sy, seed) => {
        const image = noise({ width, height }, seed);
        const larger = { width: Math.ceil(width * sx), height: Math.ceil(height * sy) };
        const back = unscaleImage(scaleImage(image, larger), image);
        expect(largestDifference(back.data, image.data)).toBeLessThan(2e-3);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps of an answer the part that enlarging can show: enlarging again changes nothing", () => {
    const answer = noise({ width: 61, height: 47 }, 5);
    const best = unscaleImage(answer, { width: 30, height: 30 });
    const again = unscaleImage(scaleImage(best, answer), best);
    expect(largestDifference(again.data, best.data)).toBeLessThan(2e-3);
    // Least squares: any other image comes back farther from the answer.
    const error = (image: FloatImage): number => psnr(scaleImage(image, answer).data, answer.data);
    const other = { ...best, data: best.data.map((value, i) => value + ((i % 7) - 3) * 0.5) };
    expect(error(best)).toBeGreaterThan(error(other));
  });

  const roundTrip = (crop: FloatImage, side: number) => {
    const sent = to8Bits(scaleImage(crop, { width: side, height: side }));
    const ours = psnr(to8Bits(unscaleImage(sent, crop)).data, crop.data);
    const lanczos = psnr(to8Bits(scaleImage(sent, crop)).data, crop.data);
    return { ours, lanczos };
  };

  it("returns a soft synthetic crop at 49 dB or more through 8 bits, where Lanczos both ways softens it", () => {
    const crop = scaleImage(
      cropRows(softImage({ width: 90, height: 90 }, 3, 8), { x0: 0, y0: 0, x1: 90, y1: 90 }),
      {
        width: 90,
        height: 90,
      },
    );
    for (const side of [95, 135, 180, 360]) {
      const { ours, lanczos } = roundTrip(crop, side);
      expect(ours).toBeGreaterThan(49);
      expect(ours).toBeGreaterThan(lanczos + 3);
    }
  });

  describe.skipIf(mayBeMissing && !hasPhotos)("on the shared photos", () => {
    it.each(photoNames())("returns crops of %s at 49 dB or more through 8 bits", async (name) => {
      const { image } = await decodeImage(readPhoto(name));
      const [x0, y0] = [Math.floor((image.width - 150) / 2), Math.floor((image.height - 150) / 4)];
      const crop = scaleImage(cropRows(image, { x0, y0, x1: x0 + 150, y1: y0 + 150 }), {
        width: 150,
        height: 150,
      });
      for (const side of [158, 300, 600]) {
        const { ours, lanczos } = roundTrip(crop, side);
        expect(ours).toBeGreaterThan(49);
        expect(ours).toBeGreaterThan(lanczos);
      }
    });
  });
});

describe("scaling", () => {
  it("keeps constant pictures constant and mean and place of all others", () => {
    fc.assert(
      fc.property(sizes(30), sizes(60), fc.integer({ min: 0, max: 255 }), (from, to, level) => {
        const scaled = scaleImage(
          floatOf(from, () => level),
          to,
        );
        expect(largestDifference(scaled.data, floatOf(to, () => level).data)).toBeLessThan(1e-3);
      }),
      { numRuns: 60 },
    );
    const bump = floatOf({ width: 41, height: 41 }, (i) => {
      const pixel = Math.floor(i / 3);
      return 200 * Math.exp(-((((pixel % 41) - 24) / 5) ** 2) - ((Math.floor(pixel / 41) - 17) / 5) ** 2);
    });
    for (const side of [20, 41, 70, 123]) {
      const scaled = scaleImage(bump, { width: side, height: side });
      let [sum, x, y] = [0, 0, 0];
      for (let i = 0; i < side * side; i++) {
        const value = scaled.data[i * 3] ?? 0;
        sum += value;
        x += value * (((i % side) + 0.5) / side) * 41;
        y += value * ((Math.floor(i / side) + 0.5) / side) * 41;
      }
      expect(x / sum - 24.5).toBeCloseTo(0, 1);
      expect(y / sum - 17.5).toBeCloseTo(0, 1);
    }
  });

  it("to the same size copies", () => {
    const image = noise({ width: 13, height: 7 }, 3);
    expect(scaleImage(image, image).data).toEqual(image.data);
    expect(unscaleImage(image, image).data).toEqual(image.data);
  });

  it("down agrees with sharp's Lanczos3 to a level or two", async () => {
    const image = softImage({ width: 120, height: 90 }, 3, 8);
    const ours = scaleImage(cropRows(image, { x0: 0, y0: 0, x1: 120, y1: 90 }), { width: 47, height: 31 });
    const theirs = await sharp(image.data, { raw: { width: 120, height: 90, channels: 3 } })
      .resize(47, 31, { kernel: "lanczos3", fit: "fill" })
      .raw()
      .toBuffer();
    expect(psnr(to8Bits(ours).data, theirs)).toBeGreaterThan(44);
  });

  it("has the same weights for the same phase, wherever a crop begins", () => {
    for (const kernel of [LANCZOS3, LINEAR]) {
      const whole = filterMatrix(kernel, 50, 150);
      const part = filterMatrix(kernel, 20, 60);
      for (let j = 15; j < 45; j++) {
        const at = (matrix: typeof whole, row: number) =>
          matrix.weights.slice(row * matrix.taps, (row + 1) * matrix.taps);
        expect(at(whole, j + 30)).toEqual(at(part, j));
      }
    }
  });
});

describe("a scaled mask", () => {
  it("of part of a mask is that part of the scaled mask", () => {
    const random = randomNumbers(4);
    const inner = maskOf({ width: 20, height: 20 }, (x, y) =>
      x > 1 && x < 18 && y > 1 && y < 18 ? random() * 256 : 0,
    );
    const outer = maskOf({ width: 50, height: 40 }, (x, y) =>
      x >= 7 && x < 27 && y >= 11 && y < 31 ? (inner.data[(y - 11) * 20 + x - 7] ?? 0) : 0,
    );
    for (const k of [2, 3, 4]) {
      const small = scaleMask(inner, { width: 20 * k, height: 20 * k });
      const large = scaleMask(outer, { width: 50 * k, height: 40 * k });
      for (let y = 0; y < 20 * k; y++) {
        const at = (11 * k + y) * 50 * k + 7 * k;
        expect(large.data.slice(at, at + 20 * k)).toEqual(small.data.slice(y * 20 * k, (y + 1) * 20 * k));
      }
    }
  });
});

describe("an enlarged picture", () => {
  it("has the kind, and where it is flat the samples, of the original", () => {
    for (const depth of [8, 16] as const) {
      const image = noiseImage({ width: 5, height: 4 }, 4, depth);
      const level = depth === 8 ? 91 : 40_001;
      image.data.fill(level);
      const enlarged = enlargeImage(image, 3);
      expect(enlarged).toMatchObject({ width: 15, height: 12, channels: 4, depth });
      expect(enlarged.data.every((sample) => sample === level)).toBe(true);
    }
  });

  it("does not let the hidden colour of transparent pixels bleed into visible ones", () => {
    const pixels = Array.from({ length: 8 }, (_, x) => (x < 4 ? [200, 40, 40, 255] : [0, 255, 0, 0])).flat();
    const image: Image = { width: 8, height: 1, channels: 4, depth: 8, data: Uint8Array.from(pixels) };
    const enlarged = enlargeImage(image, 4);
    for (let i = 0; i < enlarged.data.length; i += 4) {
      const alpha = enlarged.data[i + 3] ?? 0;
      if (alpha > 8) expect([...enlarged.data.slice(i, i + 3)]).toEqual([200, 40, 40]);
    }
    expect([...enlarged.data.slice(-4)]).toEqual([0, 255, 0, 0]);
  });
});
