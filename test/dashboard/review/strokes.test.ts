import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alphaToLevels,
  levelsToAlpha,
  maskSize,
} from "../../../dashboard/src/pages/review/mask/mask-pixels.ts";
import {
  addStroke,
  NOTHING_DRAWN,
  paintStroke,
  radiusOf,
  redoStroke,
  type Stroke,
  undoStroke,
} from "../../../dashboard/src/pages/review/mask/strokes.ts";

const stroke = (x: number): Stroke => ({ erases: false, points: [{ x, y: 1, radius: 2 }] });

describe("a mask that is drawn", () => {
  it("can be taken back stroke by stroke and drawn again, until something else is drawn", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 8 }), fc.nat(8), (places, steps) => {
        const drawn = places.map(stroke).reduce(addStroke, NOTHING_DRAWN);
        const undone = Array.from({ length: steps }).reduce<typeof drawn>(undoStroke, drawn);
        expect(undone.done).toEqual(drawn.done.slice(0, Math.max(0, places.length - steps)));
        const redone = Array.from({ length: steps }).reduce<typeof drawn>(redoStroke, undone);
        expect(redone).toEqual(drawn);
        expect(addStroke(undone, stroke(99)).undone).toEqual([]);
      }),
    );
  });

  it("is as wide as the brush under a mouse, and follows the pressure of a pen", () => {
    expect([radiusOf(40, 0.5, "mouse"), radiusOf(40, 0, "touch")]).toEqual([20, 20]);
    expect(radiusOf(40, 1, "pen")).toBeGreaterThan(radiusOf(40, 0.2, "pen"));
    expect(radiusOf(1, 0, "pen")).toBe(0.5);
  });

  it("draws only what is new of a stroke, joined to what was there", () => {
    const calls: string[] = [];
    const note = (name: string) => () => void calls.push(name);
    const context = {
      beginPath: note("begin"),
      moveTo: note("from"),
      lineTo: note("to"),
      arc: note("dot"),
      fill: note("fill"),
      stroke: note("line"),
      lineWidth: 0,
      globalCompositeOperation: "copy" as GlobalCompositeOperation,
    };
    const points = [...stroke(1).points, ...stroke(9).points];
    paintStroke(context, { erases: true, points }, 1);
    expect(calls.filter((call) => call === "line" || call === "fill")).toEqual(["line", "fill"]);
    expect([context.lineWidth, context.globalCompositeOperation]).toEqual([4, "destination-out"]);
  });

  it("has the levels of the mask that it began with, and is white where something is repainted", () => {
    const data = Uint8ClampedArray.from([0, 0, 0, 255, 90, 90, 90, 255, 255, 255, 255, 255]);
    levelsToAlpha(data, [1, 2, 3]);
    expect([...data.subarray(4, 8)]).toEqual([1, 2, 3, 90]);
    expect(alphaToLevels(data)).toBe(true);
    expect([...data]).toEqual([0, 0, 0, 255, 90, 90, 90, 255, 255, 255, 255, 255]);
    expect(alphaToLevels(new Uint8ClampedArray(8))).toBe(false);
  });

  it("is as large as the picture, or of its shape where a browser has no canvas of that size", () => {
    expect(maskSize({ width: 4_000, height: 3_000 })).toEqual({ width: 4_000, height: 3_000 });
    expect(maskSize({ width: 12_000, height: 6_000 })).toEqual({ width: 4_096, height: 2_048 });
  });
});
