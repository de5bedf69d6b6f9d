import { expect, it } from "vitest";
import { foundIn } from "../../workers/tasks/remote-detection.ts";
import { boxMask } from "../inpainting/providers/inpaint-request.ts";

const two = () => {
  const mask = boxMask(100, 80, { x0: 10, y0: 10, x1: 30, y1: 40 });
  boxMask(100, 80, { x0: 60, y0: 20, x1: 90, y1: 70 }).data.forEach((value, at) => {
    if (value > 0) mask.data[at] = value;
  });
  return mask;
};

it("takes the boxes that came, each with its own part of the mask, and no scores", () => {
  const boxes = [[8, 8, 32, 42] as const, [58, 18, 92, 72] as const];
  const found = foundIn({ mask: two(), boxes, cost: null, warnings: [] }, { width: 100, height: 80 }, "face");
  expect(found.map(({ box, score, label }) => ({ box, score, label }))).toEqual([
    { box: [8, 8, 32, 42], score: null, label: "face" },
    { box: [58, 18, 92, 72], score: null, label: "face" },
  ]);
  const pixels = found.map(({ segmentation }) =>
    segmentation?.kind === "patch" ? segmentation.data.filter((value) => value > 0).length : 0,
  );
  expect(pixels).toEqual([20 * 30, 30 * 50]);
});

it("takes the parts of the mask where no boxes came", () => {
  const found = foundIn(
    { mask: two(), boxes: [], cost: null, warnings: [] },
    { width: 100, height: 80 },
    "hand",
  );
  expect(found.map(({ box }) => box)).toEqual([
    [10, 10, 30, 40],
    [60, 20, 90, 70],
  ]);
});

it("brings what was found in a smaller copy back to the picture, and never beyond its edges", () => {
  const boxes = [[-5, 18, 130, 72] as const];
  const found = foundIn(
    { mask: two(), boxes, cost: null, warnings: [] },
    { width: 400, height: 320 },
    "face",
  );
  expect(found[0]?.box).toEqual([0, 72, 400, 288]);
  const whole = foundIn(
    { mask: two(), boxes: [], cost: null, warnings: [] },
    { width: 400, height: 320 },
    "face",
  );
  expect(whole.map(({ box }) => box)).toEqual([
    [40, 40, 120, 160],
    [240, 80, 360, 280],
  ]);
});

it("finds nothing in a black mask", () => {
  const mask = boxMask(100, 80, { x0: 0, y0: 0, x1: 0, y1: 0 });
  expect(foundIn({ mask, boxes: [], cost: null, warnings: [] }, { width: 100, height: 80 }, "face")).toEqual(
    [],
  );
});
