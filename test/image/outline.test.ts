import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Point } from "../../src/contracts/detection.ts";
import { findComponents } from "../../src/image/mask-components.ts";
import { rasterizeShape } from "../../src/image/mask-shape.ts";
import { describePatch, outlineOf } from "../../src/image/outline.ts";
import type { PixelBox } from "../../src/image/raster.ts";
import { simplifyOutline } from "../../src/image/simplify-outline.ts";

/** Rows of "." and "#" as a patch at (x0, y0). */
function patch(rows: readonly string[], x0 = 0, y0 = 0) {
  const data = Uint8Array.from(rows.join(""), (pixel) => (pixel === "#" ? 1 : 0));
  return {
    kind: "patch",
    box: { x0, y0, x1: x0 + (rows[0]?.length ?? 0), y1: y0 + rows.length },
    data,
  } as const;
}

function disc(radius: number, box: PixelBox, [cx, cy]: Point) {
  const width = box.x1 - box.x0;
  const data = Uint8Array.from({ length: width * (box.y1 - box.y0) }, (_, at) => {
    const [x, y] = [(at % width) + 0.5 + box.x0, Math.floor(at / width) + 0.5 + box.y0];
    return Math.hypot(x - cx, y - cy) < radius ? 255 : 0;
  });
  return { kind: "patch", box, data } as const;
}

function fill(points: readonly Point[], box: PixelBox): Uint8Array {
  const levels = new Uint8Array((box.x1 - box.x0) * (box.y1 - box.y0));
  rasterizeShape({ kind: "polygon", points }, box, levels);
  return levels;
}

function overlapOf(a: Uint8Array, b: Uint8Array): number {
  const both = a.reduce((sum, level, at) => sum + (level !== 0 && b[at] !== 0 ? 1 : 0), 0);
  const either = a.reduce((sum, level, at) => sum + (level !== 0 || b[at] !== 0 ? 1 : 0), 0);
  return both / either;
}

describe("outlineOf", () => {
  it("finds nothing in an empty patch", () => {
    expect(outlineOf(patch(["...", "..."]))).toEqual([]);
  });

  it("goes around one pixel, where it lies in the image", () => {
    const outline = outlineOf(patch([".....", "..#..", "....."], 100, 50));
    expect(outline).toHaveLength(4);
    expect(outline).toEqual(
      expect.arrayContaining([
        [102.5, 51],
        [103, 51.5],
        [102.5, 52],
        [102, 51.5],
      ]),
    );
  });

  it("takes the largest part and leaves out its holes", () => {
    const rows = ["##......", "##..####", "....#..#", "....#..#", "....####"];
    const outline = outlineOf(patch(rows));
    const filled = fill(outline, { x0: 0, y0: 0, x1: 8, y1: 5 });
    const expected = patch(["........", "....####", "....####", "....####", "....####"]).data;
    expect(filled.map((level) => level & 1)).toEqual(expected);
  });

  it("keeps pixels together that touch by a corner only", () => {
    const rows = [
      "####....",
      "####....",
      "####....",
      "####....",
      "....####",
      "....####",
      "....####",
      "....####",
    ];
    const outline = outlineOf(patch(rows));
    expect(overlapOf(fill(outline, { x0: 0, y0: 0, x1: 8, y1: 8 }), patch(rows).data)).toBeGreaterThan(0.8);
  });

  it("has few points and covers what the pixels cover", () => {
    for (const radius of [10, 80, 300]) {
      const side = 2 * radius + 20;
      const round = disc(radius, { x0: 7, y0: 9, x1: 7 + side, y1: 9 + side }, [7 + side / 2, 9 + side / 2]);
      const outline = outlineOf(round);
      expect(outline.length).toBeLessThan(150);
      expect(overlapOf(fill(outline, round.box), round.data)).toBeGreaterThan(1 - 0.75 / radius);
    }
  });

  it("lies within the box of the largest part, and is empty only where nothing is set", () => {
    const size = { width: 16, height: 12 };
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16 * 12, maxLength: 16 * 12, max: 1 }), (data) => {
        const box = { x0: 0, y0: 0, x1: 16, y1: 12 };
        const outline = outlineOf({ kind: "patch", box, data });
        const parts = findComponents({ ...size, data });
        const area = Math.max(0, ...parts.map((part) => part.area));
        expect(outline.length === 0).toBe(area === 0);
        const largest = parts.find((part) => part.area === area);
        for (const [x, y] of outline) {
          expect(x >= (largest?.box.x0 ?? 0) && x <= (largest?.box.x1 ?? 0)).toBe(true);
          expect(y >= (largest?.box.y0 ?? 0) && y <= (largest?.box.y1 ?? 0)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("simplifyOutline", () => {
  it("keeps the corners of a square and nothing between them", () => {
    const side = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const square: Point[] = [
      ...side.map((at): Point => [at, 0]),
      ...side.map((at): Point => [10, at]),
      ...side.map((at): Point => [10 - at, 10]),
      ...side.map((at): Point => [0, 10 - at]),
    ];
    const corners = simplifyOutline(square, 0.5);
    expect(corners).toHaveLength(4);
    expect(corners).toEqual(
      expect.arrayContaining([
        [0, 0],
        [10, 0],
        [10, 10],
        [0, 10],
      ]),
    );
  });

  it("leaves no point farther away than tolerated", () => {
    const ring = fc.array(fc.tuple(fc.integer({ max: 50, min: 0 }), fc.integer({ max: 50, min: 0 })), {
      minLength: 5,
      maxLength: 40,
    });
    fc.assert(
      fc.property(ring, fc.integer({ min: 1, max: 8 }), (points, tolerance) => {
        const simple = simplifyOutline(points, tolerance);
        for (const point of points) {
          const distances = simple.map((from, at) =>
            distanceTo(point, from, simple[(at + 1) % simple.length] ?? from),
          );
          expect(Math.min(...distances)).toBeLessThanOrEqual(tolerance + 1e-9);
        }
      }),
      { numRuns: 200 },
    );
  });
});

function distanceTo([x, y]: Point, [x0, y0]: Point, [x1, y1]: Point): number {
  const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2;
  const share = squared === 0 ? 0 : ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / squared;
  const along = Math.max(0, Math.min(1, share));
  return Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0));
}

it("boxes a mask of hundreds of thousands of dots", () => {
  const rows = Array.from({ length: 1_000 }, (_, y) => (y % 2 === 0 ? "#." : "..").repeat(500));
  expect(describePatch(patch(rows, 10, 20))?.box).toEqual({ x0: 10, y0: 20, x1: 1_009, y1: 1_019 });
});
