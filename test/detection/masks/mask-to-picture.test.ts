import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskOfRegion, stretchMask } from "../../../src/detection/masks/mask-to-picture.ts";
import type { Patch } from "../../../src/detection/masks/place-mask.ts";
import type { ShareMap } from "../../../src/detection/masks/share-map.ts";
import { fromRegion, type Region, toRegion } from "../../../src/detection/sampling/region.ts";
import type { Size } from "../../../src/image/raster.ts";

function shares(width: number, height: number, at: (x: number, y: number) => number): ShareMap {
  const data = Float32Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width)));
  return { width, height, data };
}

/** Whether a pixel of the picture is inside. */
function isInside(patch: Patch | null, x: number, y: number): boolean {
  if (patch === null) return false;
  const { x0, y0, x1, y1 } = patch.box;
  if (x < x0 || x >= x1 || y < y0 || y >= y1) return false;
  return patch.data[(y - y0) * (x1 - x0) + x - x0] !== 0;
}

/** The definition, slowly: bilinear between the pixel centres of the map, its edge going on; u and v in its pixels. */
function shareAt({ width, height, data }: ShareMap, u: number, v: number): number {
  const [x, y] = [Math.floor(u - 0.5), Math.floor(v - 0.5)];
  const clamp = (value: number, size: number) => Math.max(0, Math.min(size - 1, value));
  const at = (column: number, row: number) => data[clamp(row, height) * width + clamp(column, width)] ?? 0;
  const [across, down] = [u - 0.5 - x, v - 0.5 - y];
  const upper = at(x, y) * (1 - across) + at(x + 1, y) * across;
  const lower = at(x, y + 1) * (1 - across) + at(x + 1, y + 1) * across;
  return upper * (1 - down) + lower * down;
}

const maps = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([width, height]) =>
    fc
      .array(fc.float({ min: 0, max: 1, noNaN: true }), {
        minLength: width * height,
        maxLength: width * height,
      })
      .map((data): ShareMap => ({ width, height, data: Float32Array.from(data) })),
  );
const pictures = fc.record({
  width: fc.integer({ min: 1, max: 24 }),
  height: fc.integer({ min: 1, max: 24 }),
});
const regions: fc.Arbitrary<Region> = fc.record({
  centre: fc.tuple(
    fc.double({ min: -10, max: 34, noNaN: true }),
    fc.double({ min: -10, max: 34, noNaN: true }),
  ),
  side: fc.double({ min: 0.5, max: 60, noNaN: true }),
  angle: fc.double({ min: -3.14, max: 3.14, noNaN: true }),
});

function expectSame(patch: Patch | null, picture: Size, shareOf: (x: number, y: number) => number): void {
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      const share = shareOf(x + 0.5, y + 0.5);
      // Where it is a matter of rounding, either is right.
      if (Math.abs(share - 0.5) > 1e-6) expect(isInside(patch, x, y)).toBe(share > 0.5);
    }
  }
}

describe("stretchMask", () => {
  it("lays the map over the whole picture, bilinearly", () => {
    fc.assert(
      fc.property(maps, pictures, (map, picture) => {
        expectSame(stretchMask(map, picture), picture, (x, y) =>
          shareAt(map, (x * map.width) / picture.width, (y * map.height) / picture.height),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("copies a map of the picture's size, in the smallest box", () => {
    const map = shares(5, 4, (x, y) => (x >= 1 && x <= 2 && y === 2 ? 0.9 : 0.1));
    const patch = stretchMask(map, { width: 5, height: 4 });
    expect(patch?.box).toEqual({ x0: 1, y0: 2, x1: 3, y1: 3 });
    expect([...(patch?.data ?? [])]).toEqual([1, 1]);
  });

  it("is nothing where no share is above a half", () => {
    expect(
      stretchMask(
        shares(4, 4, () => 0.5),
        { width: 9, height: 9 },
      ),
    ).toBeNull();
  });
});

describe("maskOfRegion", () => {
  const regionShare = (map: ShareMap, region: Region) => (x: number, y: number) => {
    const [u, v] = toRegion(region, [x, y]);
    // On the square's edge it is a matter of rounding.
    if (Math.min(Math.abs(u), Math.abs(v), Math.abs(1 - u), Math.abs(1 - v)) < 1e-9) return 0.5;
    if (u < 0 || v < 0 || u > 1 || v > 1) return 0;
    return shareAt(map, u * map.width, v * map.height);
  };

  it("lays the map over the turned square, bilinearly, and nothing beyond it", () => {
    fc.assert(
      fc.property(maps, regions, pictures, (map, region, picture) => {
        expectSame(maskOfRegion(map, region, picture), picture, regionShare(map, region));
      }),
      { numRuns: 200 },
    );
  });

  it("reads raw values as it reads their sigmoids", () => {
    fc.assert(
      fc.property(maps, regions, pictures, (map, region, picture) => {
        const raw = { ...map, data: map.data.map((share) => 20 * (share - 0.5)), raw: true };
        const same = { ...map, data: raw.data.map((value) => 1 / (1 + Math.exp(-value))) };
        expectSame(maskOfRegion(raw, region, picture), picture, regionShare(same, region));
      }),
      { numRuns: 100 },
    );
  });

  it("puts a corner of the map where the corner of the region is", () => {
    const region: Region = { centre: [50, 40], side: 40, angle: Math.PI / 2 };
    const corner = shares(8, 8, (x, y) => (x < 2 && y < 2 ? 1 : 0));
    const patch = maskOfRegion(corner, region, { width: 100, height: 80 });
    const [x, y] = fromRegion(region, [0.05, 0.05]);
    expect(isInside(patch, Math.floor(x), Math.floor(y))).toBe(true);
    // A quarter turn clockwise brings the left upper corner to the right.
    expect(patch?.box).toEqual({ x0: 60, y0: 20, x1: 70, y1: 30 });
  });

  it("is nothing where region and picture do not meet", () => {
    const region: Region = { centre: [-50, 40], side: 40, angle: 0 };
    expect(
      maskOfRegion(
        shares(4, 4, () => 1),
        region,
        { width: 100, height: 80 },
      ),
    ).toBeNull();
  });
});
