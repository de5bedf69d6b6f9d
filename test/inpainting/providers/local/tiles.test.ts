import fc from "fast-check";
import { expect, it } from "vitest";
import { paintedPixels, planTiles } from "../../../../src/inpainting/providers/local/tiles.ts";
import { boxMask } from "../inpaint-request.ts";

const cases = fc
  .record({ width: fc.integer({ min: 1, max: 700 }), height: fc.integer({ min: 1, max: 400 }) })
  .chain(({ width, height }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      x: fc.uniqueArray(fc.integer({ min: 0, max: width }), { minLength: 2, maxLength: 2 }),
      y: fc.uniqueArray(fc.integer({ min: 0, max: height }), { minLength: 2, maxLength: 2 }),
    }),
  );

it("covers every masked pixel once, within views that the picture contains", () => {
  fc.assert(
    fc.property(cases, ({ width, height, x, y }) => {
      const [x0 = 0, x1 = 0] = x.sort((a, b) => a - b);
      const [y0 = 0, y1 = 0] = y.sort((a, b) => a - b);
      const mask = boxMask(width, height, { x0, y0, x1, y1 });
      const covered = new Uint8Array(width * height);
      for (const { core, view } of planTiles(mask)) {
        expect(Math.max(core.x1 - core.x0, core.y1 - core.y0)).toBeLessThanOrEqual(160);
        expect(view.x0 >= 0 && view.y0 >= 0 && view.x1 <= width && view.y1 <= height).toBe(true);
        for (let row = core.y0; row < core.y1; row++) {
          for (let at = row * width + core.x0; at < row * width + core.x1; at++)
            covered[at] = (covered[at] ?? 0) + 1;
        }
      }
      expect(mask.data.every((value, at) => value === 0 || covered[at] === 1)).toBe(true);
      expect(covered.every((count) => count <= 1)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

it("plans nothing for a blank mask, and nothing far from the masked parts", () => {
  const mask = boxMask(900, 900, { x0: 0, y0: 0, x1: 0, y1: 0 });
  expect(planTiles(mask)).toEqual([]);
  mask.data[0] = 255;
  mask.data[mask.data.length - 1] = 1;
  expect(planTiles(mask)).toHaveLength(2);
});

it("counts what is painted, in however many tiles", () => {
  const masked = { x0: 108, y0: 8, x1: 692, y1: 592 };
  const tiles = planTiles(boxMask(800, 600, masked));
  expect(tiles).toHaveLength(16);
  expect(paintedPixels(tiles)).toBe(600 * 600);
});
