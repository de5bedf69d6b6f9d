import { expect, it } from "vitest";
import type { Found } from "../../src/image/detection-shape.ts";
import { scaleDetection, scaleShape } from "../../src/image/scale-detection.ts";

const found: Found = {
  box: [1, 2, 3, 5],
  score: 0.5,
  label: "face",
  roll: 12,
  keypoints: [[1, 1]],
  landmarks: [[1, 2, 3]],
  polygon: [
    [0, 0],
    [4, 0],
    [4, 4],
  ],
  segmentation: { kind: "patch", box: { x0: 1, y0: 1, x1: 3, y1: 2 }, data: Uint8Array.of(0, 255) },
  hull: { kind: "parts", parts: [{ kind: "ellipse", box: [0, 0, 1, 1] }] },
};

it("brings all places to the larger picture and leaves the rest as it is", () => {
  expect(scaleDetection(found, { x: 2, y: 3 })).toEqual({
    box: [2, 6, 6, 15],
    score: 0.5,
    label: "face",
    roll: 12,
    keypoints: [[2, 3]],
    landmarks: [[2, 6, 6]],
    polygon: [
      [0, 0],
      [8, 0],
      [8, 12],
    ],
    segmentation: {
      kind: "patch",
      box: { x0: 2, y0: 3, x1: 6, y1: 6 },
      data: Uint8Array.of(0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255),
    },
    hull: { kind: "parts", parts: [{ kind: "ellipse", box: [0, 0, 2, 3] }] },
  });
});

it("keeps a patch of one pixel, however little it grows", () => {
  const pixel = {
    kind: "patch",
    box: { x0: 5, y0: 5, x1: 6, y1: 6 },
    data: Uint8Array.of(255),
  } as const;
  expect(scaleShape(pixel, { x: 1.01, y: 1.01 })).toEqual(pixel);
});
