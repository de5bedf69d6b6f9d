import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  pan,
  readView,
  showBox,
  WHOLE,
  writeView,
  zoomAt,
} from "../../../../dashboard/src/components/viewer/zoom.ts";

const share = fc.double({ min: 0, max: 1, noNaN: true });
const far = fc.double({ min: -3, max: 3, noNaN: true });
const change = fc.oneof(
  fc.record({ factor: fc.double({ min: 0.1, max: 9, noNaN: true }), x: share, y: share }),
  fc.record({ dx: far, dy: far }),
);
const view = fc
  .array(change, { maxLength: 20 })
  .map((changes) =>
    changes.reduce(
      (now, one) => ("factor" in one ? zoomAt(now, one.factor, one) : pan(now, one.dx, one.dy)),
      WHOLE,
    ),
  );

describe("looking closely", () => {
  it("keeps the point under the pointer where it is", () => {
    const { x, y, scale } = zoomAt(WHOLE, 2, { x: 0.25, y: 0.5 });
    expect([0.25 * scale + x, 0.5 * scale + y, scale]).toEqual([0.25, 0.5, 2]);
  });

  it("never shows anything beyond the picture, however it is moved", () => {
    fc.assert(
      fc.property(view, ({ x, y, scale }) => {
        expect(scale).toBeGreaterThanOrEqual(1);
        for (const offset of [x, y]) {
          expect(offset).toBeLessThanOrEqual(0);
          expect(offset + scale).toBeGreaterThanOrEqual(1 - 1e-9);
        }
      }),
    );
  });

  it("shows a part of the picture as large as it fits, in the middle", () => {
    const { x, y, scale } = showBox([0.4, 0.4, 0.6, 0.5]);
    expect(scale).toBeCloseTo(5, 6);
    expect(0.5 * scale + x).toBeCloseTo(0.5, 6);
    expect(0.45 * scale + y).toBeCloseTo(0.5, 6);
  });

  it("says in an address how many times, and where the middle is, whatever the stage's size", () => {
    expect(writeView(WHOLE)).toBe("1,50,50");
    expect(writeView(showBox([0.4, 0.4, 0.6, 0.5]))).toBe("5,50,45");
    fc.assert(
      fc.property(view, (seen) => {
        const again = readView(writeView(seen));
        /* As written: two places of the scale and of the percentage. */
        expect(Math.abs(again.scale - seen.scale)).toBeLessThan(0.01);
        for (const side of ["x", "y"] as const) {
          const middle = (one: typeof seen) => (0.5 - one[side]) / one.scale;
          expect(Math.abs(middle(again) - middle(seen))).toBeLessThan(0.005);
        }
      }),
    );
  });

  it("shows the whole picture where an address says no part of it, and never what lies beyond it", () => {
    for (const text of [undefined, 3, "", "4", "4,50", "-4,50,50", "4,50,50,1", "a,b,c", "0.2,10,10"]) {
      expect(readView(text)).toEqual(WHOLE);
    }
    expect(readView("4,0,100")).toEqual({ scale: 4, x: 0, y: -3 });
    expect(readView("9999,50,50").scale).toBe(40);
  });
});
