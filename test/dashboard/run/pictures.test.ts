import { describe, expect, it } from "vitest";
import { picturesOfRun, picturesOfTask } from "../../../dashboard/src/pages/run/viewer/pictures.ts";
import type { RunDetail, TaskView } from "../../../src/contracts/run.ts";

const FACE = { box: [1, 2, 3, 4], score: 0.9, label: "face" };
const QUALITY = { regions: [], pixelsChangedOutside: 0, pixelsChangedInside: 12 };
const task = (step: string, input: object, output: object) => ({ step, input, output }) as TaskView;
const mask = task("faces", { inputImage: "in" }, { image: "in", maskImage: "mask", detections: [FACE] });
const detail = task("detail", { seedImage: "in", maskImage: "mask" }, { image: "out", quality: QUALITY });
const skipped = task("hands", { inputImage: "out" }, { image: "out", maskImage: null, detections: [] });
const tasks = [mask, detail, skipped];

describe("what there is to see", () => {
  it("of a step that finds is its picture with mask and boxes, and nothing after it", () => {
    expect(picturesOfTask(mask, tasks)).toEqual({
      before: "in",
      after: null,
      mask: "mask",
      detections: [FACE],
      quality: null,
    });
  });

  it("of a step that repaints is before and after, with the boxes that its mask was made of", () => {
    expect(picturesOfTask(detail, tasks)).toEqual({
      before: "in",
      after: "out",
      mask: "mask",
      detections: [FACE],
      quality: QUALITY,
    });
  });

  it("of a run is what went in and came out, with the numbers of the step that made it", () => {
    const run = { tasks, pictures: { input: "in", mask: "mask", output: "out" } } as unknown as RunDetail;
    expect(picturesOfRun(run)).toEqual({
      before: "in",
      after: "out",
      mask: "mask",
      detections: [FACE],
      quality: QUALITY,
    });
  });

  it("of a task that waits is nothing", () => {
    const waiting = { step: "detail", input: null, output: null } as TaskView;
    expect(picturesOfTask(waiting, [waiting])).toMatchObject({ before: null, after: null, mask: null });
  });
});
