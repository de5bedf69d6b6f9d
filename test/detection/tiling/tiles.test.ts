import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planTiles, tileScale, touchesInnerEdge } from "../../../src/detection/tiling/tiles.ts";

const side = fc.integer({ min: 1, max: 20_000 });
const size = fc.record({ width: side, height: side });

describe("planTiles", () => {
  it("looks at pictures of up to 1280 pixels a side as a whole only", () => {
    expect(planTiles({ width: 1280, height: 1280 })).toEqual([]);
    expect(planTiles({ width: 1281, height: 1 })).not.toEqual([]);
  });

  it("has tiles of 410, 683 and 1024 pixels for a scan of 2048 by 922", () => {
    const tiles = planTiles({ width: 2048, height: 922 });
    expect(new Set(tiles.map((tile) => tile.width))).toEqual(new Set([410, 683, 1024]));
    expect(tiles).toHaveLength(32);
  });

  it("shows whatever is smaller than 30 % of the smallest tile whole, wherever it is", () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(size, place, place, (picture, atX, atY) => {
        const tiles = planTiles(picture);
        fc.pre(tiles.length > 0);
        const smallest = Math.round(410 * tileScale(picture));
        const width = Math.min(picture.width, smallest * 0.29);
        const height = Math.min(picture.height, smallest * 0.29);
        const x = atX * (picture.width - width);
        const y = atY * (picture.height - height);
        const holds = tiles.some(
          (tile) =>
            tile.x <= x + 0.5 &&
            tile.y <= y + 0.5 &&
            tile.x + tile.width >= x + width - 0.5 &&
            tile.y + tile.height >= y + height - 0.5,
        );
        expect(holds).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("stays within the picture and needs at most 128 tiles, however large the picture", () => {
    fc.assert(
      fc.property(size, (picture) => {
        const tiles = planTiles(picture);
        expect(tiles.length).toBeLessThanOrEqual(128);
        for (const { x, y, width, height } of tiles) {
          expect(Math.min(x, y, width - 1, height - 1)).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(picture.width);
          expect(y + height).toBeLessThanOrEqual(picture.height);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("leaves no gap between what the largest tile shows whole and what the whole picture shows", () => {
    fc.assert(
      fc.property(size, (picture) => {
        const tiles = planTiles(picture);
        fc.pre(tiles.length > 0);
        const long = Math.max(picture.width, picture.height);
        const largest = Math.max(...tiles.map((tile) => Math.max(tile.width, tile.height)));
        expect(largest * 0.3).toBeGreaterThanOrEqual(Math.min(0.05 * long, largest * 0.3));
        expect(largest >= long || largest * 0.3 >= 0.05 * long - 1).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("has larger tiles where there would be too many, so that a smaller copy is cut up alike", () => {
    const large = { width: 12_000, height: 8333 };
    expect(tileScale({ width: 2048, height: 922 })).toBe(1);
    expect(tileScale(large)).toBeGreaterThan(3);
    expect(tileScale({ width: 6000, height: 4167 })).toBeCloseTo(tileScale(large) / 2, 1);
  });
});

describe("touchesInnerEdge", () => {
  const picture = { width: 3000, height: 2000 };
  const tile = { x: 0, y: 500, width: 1000, height: 1000 };

  it("is the tile's own edges, not the picture's", () => {
    expect(touchesInnerEdge([-5, 700, 200, 900], tile, picture)).toBe(false);
    expect(touchesInnerEdge([100, 519, 200, 900], tile, picture)).toBe(true);
    expect(touchesInnerEdge([100, 521, 200, 900], tile, picture)).toBe(false);
    expect(touchesInnerEdge([800, 700, 981, 900], tile, picture)).toBe(true);
    expect(touchesInnerEdge([800, 700, 979, 1481], tile, picture)).toBe(true);
  });
});
