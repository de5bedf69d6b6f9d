import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RgbPixels } from "../../../src/detection/sampling/letterbox.ts";
import { fromRegion } from "../../../src/detection/sampling/region.ts";
import { sampleRegion } from "../../../src/detection/sampling/sample-region.ts";

function picture(width: number, height: number, at: (x: number, y: number) => number): RgbPixels {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return at(pixel % width, Math.floor(pixel / width)) + (index % 3);
  });
  return { width, height, data };
}

describe("sampleRegion", () => {
  it("copies the pixels under a region of the network's size", () => {
    const source = picture(20, 12, (x, y) => x * 11 + y);
    const sampled = sampleRegion(source, { centre: [9, 6], side: 8, angle: 0 }, 8);
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        expect([...sampled.subarray((y * 8 + x) * 3, (y * 8 + x) * 3 + 3)]).toEqual([
          ...source.data.subarray(((y + 2) * 20 + x + 5) * 3, ((y + 2) * 20 + x + 5) * 3 + 3),
        ]);
      }
    }
  });

  it("turns a picture by a quarter exactly", () => {
    const source = picture(8, 8, (x, y) => x * 11 + y * 13);
    const sampled = sampleRegion(source, { centre: [4, 4], side: 8, angle: Math.PI / 2 }, 8);
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        expect(sampled[(y * 8 + x) * 3]).toBeCloseTo(source.data[(x * 8 + (7 - y)) * 3] ?? -1, 4);
      }
    }
  });

  it("follows a slope exactly, unrounded, wherever the region lies and however it is turned", () => {
    const source = picture(60, 60, (x, y) => 2 * x + y);
    const inside = fc.double({ min: 25, max: 35, noNaN: true });
    fc.assert(
      fc.property(
        inside,
        inside,
        fc.double({ min: 2, max: 30, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (x, y, side, angle) => {
          const region = { centre: [x, y] as [number, number], side, angle };
          const sampled = sampleRegion(source, region, 5);
          for (let row = 0; row < 5; row++) {
            for (let column = 0; column < 5; column++) {
              const [atX, atY] = fromRegion(region, [(column + 0.5) / 5, (row + 0.5) / 5]);
              const exact = 2 * (atX - 0.5) + (atY - 0.5);
              expect(sampled[(row * 5 + column) * 3]).toBeCloseTo(exact, 3);
            }
          }
        },
      ),
    );
  });

  it("continues the picture's border beyond it, on every side and corner", () => {
    const source = picture(4, 3, (x, y) => 40 * x + 10 * y);
    const sampled = sampleRegion(source, { centre: [2, 1.5], side: 20, angle: 0 }, 20);
    const at = (x: number, y: number): number | undefined => sampled[((y + 8) * 20 + x + 8) * 3];
    for (let y = -8; y < 12; y++) {
      for (let x = -8; x < 12; x++) {
        // The height of 3 puts rows half a pixel off: two of them are mixed.
        const row = (place: number): number => Math.max(0, Math.min(2, place));
        const mixed = (10 * row(y - 1) + 10 * row(y)) / 2;
        expect(at(x, y)).toBeCloseTo(40 * Math.max(0, Math.min(3, x)) + mixed, 4);
      }
    }
  });

  it("averages what a large reduction would otherwise pick one sample of", () => {
    const noisy = picture(160, 160, (x, y) => ((x * 7919 + y * 104_729) % 2 === 0 ? 250 : 0));
    const sampled = sampleRegion(noisy, { centre: [80, 80], side: 150, angle: 0.3 }, 10);
    expect(Math.min(...sampled)).toBeGreaterThan(85);
    expect(Math.max(...sampled)).toBeLessThan(170);
  });

  it("takes a bounded number of samples, however large the region", () => {
    const thread = picture(300_000, 1, () => 77);
    const sampled = sampleRegion(thread, { centre: [150_000, 0.5], side: 600_000, angle: 0.3 }, 10);
    for (let at = 0; at < sampled.length; at += 3) expect(sampled[at]).toBeCloseTo(77, 3);
  });
});
