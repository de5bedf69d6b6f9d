import fc from "fast-check";
import { expect, it } from "vitest";
import { detectionShape, type Found, toDetections } from "../../src/image/detection-shape.ts";

const SIZE = { width: 200, height: 100 };
const edge = fc.double({ min: -500, max: 500, noNaN: true });
const found = (box: Found["box"]): Found => ({ box, score: 0.9, label: "face", keypoints: [[-3, 120]] });

it("tells boxes within the picture, and keypoints where they are", () => {
  const [told] = toDetections([found([-7.5, 20, 230, 130])], SIZE);
  expect(told?.box).toEqual([0, 20, 200, 100]);
  expect(told?.keypoints).toEqual([[-3, 120]]);
});

it("never tells a box that reaches beyond the picture, wherever it was found", () => {
  fc.assert(
    fc.property(edge, edge, edge, edge, (x0, y0, x1, y1) => {
      const [told] = toDetections([found([x0, y0, x1, y1])], SIZE);
      for (const [at, value] of (told?.box ?? []).entries()) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(at % 2 === 0 ? SIZE.width : SIZE.height);
      }
    }),
  );
});

it("makes masks of the box as it was found", () => {
  const box: Found["box"] = [-7.5, 20, 230, 130];
  expect(detectionShape(found(box), "ellipse")).toEqual({ kind: "ellipse", box });
});
