import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Point } from "../../src/contracts/detection.ts";
import { convexHull } from "../../src/image/convex-hull.ts";
import { createMask } from "../../src/image/create-mask.ts";
import { detectionShape } from "../../src/image/detection-shape.ts";
import { findDistances } from "../../src/image/distance-transform.ts";
import type { Shape } from "../../src/image/mask-shape.ts";
import type { Size } from "../../src/image/raster.ts";
import { maskOf, sizes } from "./rasters.ts";

const plain = { maskPadding: 0, maskBlur: 0, invert: false };

/** Squared distances by trying every pair of pixels. */
function slowDistances(raster: Uint8Array, { width }: Size): number[] {
  const set = [...raster.keys()].filter((i) => raster[i] !== 0);
  return [...raster.keys()].map((i) =>
    set.reduce((nearest, j) => {
      const [dx, dy] = [(i % width) - (j % width), Math.floor(i / width) - Math.floor(j / width)];
      return Math.min(nearest, dx * dx + dy * dy);
    }, Number.POSITIVE_INFINITY),
  );
}

const rasters = sizes(14).chain((size) =>
  fc.record({
    size: fc.constant(size),
    raster: fc
      .array(fc.integer({ min: 0, max: 5 }), {
        minLength: size.width * size.height,
        maxLength: size.width * size.height,
      })
      .map((levels) => Uint8Array.from(levels, (level) => (level === 0 ? 255 : 0))),
  }),
);

describe("distances", () => {
  it("are exact up to the limit, and larger beyond it", () => {
    fc.assert(
      fc.property(rasters, fc.integer({ min: 1, max: 20 }), ({ size, raster }, limit) => {
        const { squared } = findDistances(raster, size.width, size.height, limit);
        const expected = slowDistances(raster, size);
        for (const [i, distance] of expected.entries()) {
          if (distance <= limit * limit) expect(squared[i]).toBe(distance);
          else expect(squared[i]).toBeGreaterThan(limit * limit);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("a shape", () => {
  const draw = (shape: Shape, size: Size): string[] => {
    const { mask } = createMask(size, [shape], plain);
    return Array.from({ length: size.height }, (_, y) =>
      [...mask.data.slice(y * size.width, (y + 1) * size.width)].map((v) => (v ? "#" : ".")).join(""),
    );
  };

  it("owns the pixels whose centres lie in its half-open box", () => {
    expect(draw({ kind: "box", box: [0.5, 0.51, 3.5, 2.5] }, { width: 5, height: 4 })).toEqual([
      ".....",
      "###..",
      ".....",
      ".....",
    ]);
    const cut = createMask({ width: 6, height: 3 }, [{ kind: "box", box: [-9, -9, 2.2, 40] }], plain).mask;
    expect([...cut.data].filter((v) => v > 0)).toHaveLength(6);
  });

  it("splits a picture with its neighbour: no pixel is in both or in neither", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 9, noNaN: true }), (edge) => {
        const size = { width: 9, height: 1 };
        const left = createMask(size, [{ kind: "box", box: [0, 0, edge, 1] }], plain).mask;
        const right = createMask(size, [{ kind: "box", box: [edge, 0, 9, 1] }], plain).mask;
        expect(left.data.every((v, i) => v + (right.data[i] ?? 0) === 255)).toBe(true);
      }),
    );
  });

  it("ellipse fills pi / 4 of its box", () => {
    const { mask } = createMask(
      { width: 220, height: 120 },
      [{ kind: "ellipse", box: [10, 10, 210, 110] }],
      plain,
    );
    const area = mask.data.filter((v) => v > 0).length;
    expect(area / (200 * 100)).toBeCloseTo(Math.PI / 4, 2);
  });

  it("polygon is filled inside its outline, also where it is concave", () => {
    const points: Point[] = [
      [0, 0],
      [6, 0],
      [6, 6],
      [4, 6],
      [4, 2],
      [2, 2],
      [2, 6],
      [0, 6],
    ];
    expect(draw({ kind: "polygon", points }, { width: 6, height: 6 })).toEqual([
      "######",
      "######",
      "##..##",
      "##..##",
      "##..##",
      "##..##",
    ]);
    expect(draw({ kind: "hull", points }, { width: 6, height: 6 })).toEqual(Array(6).fill("######"));
  });

  it("polygon with corners on pixel centres counts each corner once", () => {
    const points: Point[] = [
      [2.5, 0.5],
      [4.5, 2.5],
      [2.5, 4.5],
      [0.5, 2.5],
    ];
    const drawn = [".....", ".##..", "####.", ".##..", "....."];
    expect(draw({ kind: "polygon", points }, { width: 5, height: 5 })).toEqual(drawn);
    expect(draw({ kind: "polygon", points: points.reverse() }, { width: 5, height: 5 })).toEqual(drawn);
  });

  it("hull holds all of its points, turns one way only, and needs no order", () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }));
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 30 }), (points) => {
        const hull = convexHull(points);
        if (hull.length < 3) return;
        for (const [i, a] of hull.entries()) {
          const b = hull[(i + 1) % hull.length] ?? a;
          for (const p of points) {
            expect((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("patch and parts are united in one detection", () => {
    const patch: Shape = {
      kind: "patch",
      box: { x0: -1, y0: 1, x1: 2, y1: 3 },
      data: Uint8Array.of(1, 1, 0, 1, 0, 1),
    };
    expect(
      draw({ kind: "parts", parts: [patch, { kind: "box", box: [4, 0, 5, 1] }] }, { width: 5, height: 3 }),
    ).toEqual(["....#", "#....", ".#..."]);
  });

  it("of a detection is what was asked for, and what the model does not give is refused by name", () => {
    const face = { box: [0, 0, 4, 4] as [number, number, number, number], score: 1, label: "face" };
    expect(detectionShape(face, "ellipse")).toEqual({ kind: "ellipse", box: face.box });
    expect(detectionShape({ ...face, landmarks: [[1, 2, 3]] }, "hull")).toEqual({
      kind: "hull",
      points: [[1, 2]],
    });
    expect(detectionShape({ ...face, polygon: [[1, 2]] }, "segmentation")).toEqual({
      kind: "polygon",
      points: [[1, 2]],
    });
    expect(() => detectionShape(face, "hull")).toThrow(/hull needs landmarks.*"face"/);
  });
});

describe("maskPadding and maskBlur", () => {
  const box: Shape = { kind: "box", box: [14, 12, 20, 17] };
  const size = { width: 34, height: 30 };
  const sites = maskOf(size, (x, y) => (x >= 14 && x < 20 && y >= 12 && y < 17 ? 255 : 0));

  it("grow to the pixels at Euclidean distance p or less, alike on all sides", () => {
    const distances = slowDistances(sites.data, size);
    for (const maskPadding of [1, 2, 3, 4, 7]) {
      const { mask } = createMask(size, [box], { ...plain, maskPadding });
      expect([...mask.data]).toEqual(distances.map((d) => (d <= maskPadding ** 2 ? 255 : 0)));
    }
  });

  it("shrink to the pixels farther than p from the outside", () => {
    const outside = slowDistances(
      sites.data.map((v) => 255 - v),
      size,
    );
    const { mask } = createMask(size, [box], { ...plain, maskPadding: -2 });
    expect([...mask.data]).toEqual(outside.map((d) => (d > 4 ? 255 : 0)));
    expect(mask.data.filter((v) => v > 0)).toHaveLength(2);
  });

  it("fade wholly outside: 255 on the shape, the smoothstep of the document up to b, 0 beyond", () => {
    for (const [maskPadding, maskBlur] of [
      [0, 4],
      [3, 6],
      [-1, 5],
      [0, 1],
      [2, 512],
    ] as const) {
      const hard = createMask(size, [box], { ...plain, maskPadding }).mask;
      const distances = slowDistances(hard.data, size);
      const { mask } = createMask(size, [box], { ...plain, maskPadding, maskBlur });
      const levels = distances.map((squared) => {
        const t = 1 - Math.sqrt(squared) / (maskBlur + 1);
        return squared > maskBlur ** 2 ? 0 : Math.max(1, Math.round(255 * t * t * (3 - 2 * t)));
      });
      expect([...mask.data]).toEqual(levels);
    }
  });

  it("keep a level of 1 at least to the very end of a wide fade", () => {
    const strip = { width: 140, height: 1 };
    const { mask } = createMask(strip, [{ kind: "box", box: [0, 0, 10, 1] }], { ...plain, maskBlur: 100 });
    expect(mask.data[109]).toBe(1);
    expect(mask.data[110]).toBe(0);
  });

  it("never come back at the opposite edge, and do not shrink away from the picture's own edges", () => {
    const edge: Shape = { kind: "box", box: [30, 0, 50, 9] };
    const grown = createMask(size, [edge], { ...plain, maskPadding: 12, maskBlur: 9 }).mask;
    expect(grown.data.some((v, i) => v > 0 && i % 34 < 5)).toBe(false);
    const shrunk = createMask(size, [edge], { ...plain, maskPadding: -3 }).mask;
    expect(shrunk.data[33]).toBe(255);
    const all: Shape = { kind: "box", box: [-5, -5, 99, 99] };
    expect(createMask(size, [all], { ...plain, maskPadding: -9 }).mask.data.every((v) => v === 255)).toBe(
      true,
    );
  });

  it("on any shapes support exactly what dilating by b supports", () => {
    const side = fc.double({ min: -3, max: 25, noNaN: true });
    const shapes = fc.array(
      fc
        .tuple(fc.constantFrom("box" as const, "ellipse" as const), fc.tuple(side, side, side, side))
        .map(([kind, [x, y, w, h]]): Shape => ({ kind, box: [x, y, x + Math.abs(w), y + Math.abs(h)] })),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(
        sizes(24),
        shapes,
        fc.integer({ min: -4, max: 5 }),
        fc.integer({ min: 0, max: 6 }),
        (size, list, p, b) => {
          const hard = createMask(size, list, { ...plain, maskPadding: p });
          const soft = createMask(size, list, { ...plain, maskPadding: p, maskBlur: b });
          const distances = slowDistances(hard.mask.data, size);
          expect(soft.dropped).toEqual(hard.dropped);
          for (const [i, level] of soft.mask.data.entries()) {
            expect(level > 0).toBe((distances[i] ?? 0) <= b * b);
            expect(level === 255).toBe(hard.mask.data[i] === 255);
          }
        },
      ),
      { numRuns: 80 },
    );
  });
});

describe("a mask of several shapes", () => {
  const size = { width: 40, height: 20 };
  const left: Shape = { kind: "box", box: [4, 5, 14, 15] };
  const right: Shape = { kind: "box", box: [16, 5, 26, 15] };
  const speck: Shape = { kind: "box", box: [30, 5, 32, 7] };
  const soft = { maskPadding: -2, maskBlur: 4, invert: false };

  it("is the highest of them, and each keeps its own in perDetection", () => {
    const both = createMask(size, [left, right], { ...soft, combine: "perDetection" });
    const alone = [left, right].map((shape) => createMask(size, [shape], soft).mask);
    expect([...both.perDetection]).toEqual(alone);
    expect([...both.mask.data]).toEqual(
      [...(alone[0]?.data ?? [])].map((v, i) => Math.max(v, alone[1]?.data[i] ?? 0)),
    );
  });

  it("drops what shrinks to nothing together with its index, and nothing else", () => {
    const created = createMask(size, [speck, left, { kind: "box", box: [99, 0, 120, 9] }, right], {
      ...soft,
      combine: "perDetection",
    });
    expect(created.dropped).toEqual([0, 2]);
    const masks = [...created.perDetection];
    expect(masks).toHaveLength(2);
    expect(masks[0]?.data[10 * 40 + 8]).toBe(255);
  });

  it("is inverted exactly, and then kept within another mask", () => {
    const { mask } = createMask(size, [left], soft);
    const inverted = createMask(size, [left], { ...soft, invert: true }).mask;
    expect(inverted.data.every((v, i) => v + (mask.data[i] ?? 0) === 255)).toBe(true);
    const within = maskOf(size, (x) => (x < 20 ? 200 : 0));
    const limited = createMask(size, [left], { ...soft, invert: true, within }).mask;
    expect([...limited.data]).toEqual([...inverted.data].map((v, i) => Math.min(v, within.data[i] ?? 0)));
  });

  it("is black where no shape is left, inverted or not: nothing found must not repaint everything", () => {
    for (const invert of [false, true]) {
      expect(createMask(size, [], { ...plain, invert }).mask.data.every((v) => v === 0)).toBe(true);
      expect(createMask(size, [speck], { ...soft, invert }).mask.data.every((v) => v === 0)).toBe(true);
    }
  });

  it("refuses to be kept within a mask of another size", () => {
    const within = maskOf({ width: 4, height: 4 }, () => 255);
    expect(() => createMask(size, [left], { ...soft, within })).toThrow(
      expect.objectContaining({ code: "MASK_MISMATCH" }),
    );
  });
});
