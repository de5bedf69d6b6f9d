import { describe, expect, it } from "vitest";
import { picturesOfRun, picturesOfTask } from "../../../dashboard/src/pages/run/viewer/pictures.ts";
import type { RunDetail, TaskView } from "../../../src/contracts/run.ts";

const FACE = { box: [1, 2, 3, 4], score: 0.9, label: "face" };
const REGION = { box: [0, 0, 9, 9], crop: [0, 0, 9, 9] };
const QUALITY = { regions: [REGION], pixelsChangedOutside: 0, pixelsChangedInside: 12 };
const task = (step: string, input: object, output: object) =>
  ({ step, taskUUID: step, input, output }) as TaskView;
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
      measuredBy: null,
      regions: [],
    });
  });

  it("of a step that repaints is before and after, with the boxes that its mask was made of", () => {
    expect(picturesOfTask(detail, tasks)).toEqual({
      before: "in",
      after: "out",
      mask: "mask",
      detections: [FACE],
      quality: QUALITY,
      measuredBy: "detail",
      regions: [REGION],
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
      measuredBy: "detail",
      regions: [REGION],
    });
  });

  it("leaves regions out that are in pixels of another picture than the one that is shown", () => {
    const again = task("again", { seedImage: "out" }, { image: "more", quality: QUALITY });
    const pictures = { input: "in", mask: null, output: "more" };
    const run = { tasks: [...tasks, again], pictures } as unknown as RunDetail;
    expect(picturesOfRun(run)).toMatchObject({ quality: QUALITY, measuredBy: "again", regions: [] });
  });

  it("of a task that waits is nothing", () => {
    const waiting = { step: "detail", input: null, output: null } as TaskView;
    expect(picturesOfTask(waiting, [waiting])).toMatchObject({ before: null, after: null, mask: null });
  });
});
