import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pan, showBox, WHOLE, zoomAt } from "../../../../dashboard/src/components/viewer/zoom.ts";

const STAGE = { width: 400, height: 300 };
const change = fc.oneof(
  fc.record({
    factor: fc.double({ min: 0.1, max: 9, noNaN: true }),
    x: fc.integer({ min: 0, max: 400 }),
    y: fc.integer({ min: 0, max: 300 }),
  }),
  fc.record({ dx: fc.integer({ min: -900, max: 900 }), dy: fc.integer({ min: -900, max: 900 }) }),
);

describe("looking closely", () => {
  it("keeps the point under the pointer where it is", () => {
    const { x, y, scale } = zoomAt(WHOLE, 2, { x: 100, y: 150 }, STAGE);
    expect([100 * scale + x, 150 * scale + y, scale]).toEqual([100, 150, 2]);
  });

  it("never shows anything beyond the picture, however it is moved", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        let view = WHOLE;
        for (const one of changes) {
          view = "factor" in one ? zoomAt(view, one.factor, one, STAGE) : pan(view, one.dx, one.dy, STAGE);
          expect(view.scale).toBeGreaterThanOrEqual(1);
          expect(view.x).toBeLessThanOrEqual(0);
          expect(view.x + STAGE.width * view.scale).toBeGreaterThanOrEqual(STAGE.width - 1e-6);
          expect(view.y).toBeLessThanOrEqual(0);
          expect(view.y + STAGE.height * view.scale).toBeGreaterThanOrEqual(STAGE.height - 1e-6);
        }
      }),
    );
  });

  it("shows a part of the picture as large as it fits, in the middle", () => {
    const { x, y, scale } = showBox([0.4, 0.4, 0.6, 0.5], STAGE);
    expect(scale).toBeCloseTo(5, 6);
    expect([0.5 * 400 * scale + x, 0.45 * 300 * scale + y]).toEqual([200, 150]);
  });
});
