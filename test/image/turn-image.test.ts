import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FloatImage } from "../../src/image/raster.ts";
import { type PlaneMap, sampleImage, sampleMask } from "../../src/image/turn-image.ts";
import { floatOf, largestDifference, maskOf, masksFor, sizes } from "./rasters.ts";

const SAME: PlaneMap = { origin: [0, 0], right: [1, 0], down: [0, 1] };

/** Of a picture of this width and height, turned clockwise by 90 degrees. */
const quarter = (height: number): PlaneMap => ({ origin: [0, height], right: [0, -1], down: [1, 0] });

/** The grid of a turned square of 60 pixels around the middle of one of 100. */
function around(degrees: number, scale = 1): PlaneMap {
  const [sine, cosine] = [
    Math.sin((degrees * Math.PI) / 180) / scale,
    Math.cos((degrees * Math.PI) / 180) / scale,
  ];
  const half = 30 * scale;
  return {
    origin: [50 - half * cosine + half * sine, 50 - half * sine - half * cosine],
    right: [cosine, sine],
    down: [-sine, cosine],
  };
}

const noise = (width: number, height: number): FloatImage =>
  floatOf({ width, height }, (i) => (Math.imul(i + 1, 2654435761) >>> 24) % 256);

describe("a picture sampled along another grid", () => {
  it("is itself along its own, exactly", () => {
    const image = noise(17, 11);
    expect(largestDifference(sampleImage(image, image, SAME).data, image.data)).toBeLessThan(1e-4);
  });

  it("along a grid turned by 90 degrees has the same samples in other places", () => {
    const image = noise(9, 6);
    const turned = sampleImage(image, { width: 6, height: 9 }, quarter(6));
    for (let y = 0; y < 9; y++) {
      for (let x = 0; x < 6; x++) {
        const at = (turned.data[(y * 6 + x) * 3] ?? 0) - (image.data[((5 - x) * 9 + y) * 3] ?? 0);
        expect(Math.abs(at)).toBeLessThan(1e-4);
      }
    }
  });

  it("keeps an even colour at every angle, scale and stretch, beyond its edges too", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        sizes(30),
        (degrees, scale, stretch, size) => {
          const even = floatOf(size, () => 130);
          const sampled = sampleImage(even, { width: 12, height: 9 }, around(degrees, scale), stretch);
          expect(largestDifference(sampled.data, new Float32Array(12 * 9 * 3).fill(130))).toBeLessThan(1e-3);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("shows a wave of the picture where the grid says it is, to 1.5 % of its height", () => {
    const wave = (x: number, y: number): number => 128 + 100 * Math.sin(0.5 * x + 0.3 * y);
    const image = floatOf({ width: 100, height: 100 }, (i) => {
      const pixel = Math.floor(i / 3);
      return wave((pixel % 100) + 0.5, Math.floor(pixel / 100) + 0.5);
    });
    for (const degrees of [10, 45, 120, -170]) {
      const { origin, right, down } = around(degrees, 1.3);
      const size = { width: 60, height: 60 };
      const sampled = sampleImage(image, size, { origin, right, down });
      for (let i = 0; i < 3600; i += 7) {
        const [u, v] = [(i % 60) + 0.5, Math.floor(i / 60) + 0.5];
        const x = origin[0] + u * right[0] + v * down[0];
        const y = origin[1] + u * right[1] + v * down[1];
        expect(Math.abs((sampled.data[i * 3] ?? 0) - wave(x, y))).toBeLessThan(1.5);
      }
    }
  });
});

describe("a mask sampled along another grid", () => {
  it("is itself along its own, and never leaves the range of its levels", () => {
    fc.assert(
      fc.property(sizes(20).chain(masksFor), fc.integer({ min: -180, max: 180 }), (mask, degrees) => {
        expect(sampleMask(mask, mask, SAME).data).toEqual(mask.data);
        const [least, most] = [Math.min(...mask.data), Math.max(...mask.data)];
        const turned = sampleMask(mask, { width: 15, height: 15 }, around(degrees));
        expect(turned.data.every((level) => level >= least && level <= most)).toBe(true);
      }),
    );
  });

  it("is mixed linearly between two levels", () => {
    const mask = maskOf({ width: 2, height: 1 }, (x) => x * 200);
    const { data } = sampleMask(
      mask,
      { width: 4, height: 1 },
      { origin: [0, 0], right: [0.5, 0], down: [0, 1] },
    );
    expect([...data]).toEqual([0, 50, 150, 200]);
  });
});
