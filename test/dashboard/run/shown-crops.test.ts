import { describe, expect, it } from "vitest";
import {
  cropTasksOf,
  shownCrops,
  whyNothingCame,
} from "../../../dashboard/src/pages/run/crops/shown-crops.ts";
import type { TaskView } from "../../../src/contracts/run.ts";
import type { Crop, TaskCrops } from "../../../src/contracts/task-records.ts";

const task = (step: string, more: object = {}) =>
  ({
    step,
    taskUUID: step,
    taskType: "imageInference",
    element: null,
    input: {},
    output: {},
    ...more,
  }) as TaskView;
const crop = (more: object = {}) =>
  ({
    ...{ attempt: 1, candidate: 0, region: 0, tries: 1, box: [10, 20, 30, 60], error: null, ms: 5 },
    quality: { status: "inpainted" },
    ...more,
  }) as Crop;
const answer = (...crops: Crop[]) => ({ taskUUID: "x", crops }) as TaskCrops;

describe("whose crops are looked at", () => {
  const faces = task("faces", { taskType: "imageMasking" });
  const gather = task("detail", { taskType: "gather", taskUUID: "gather" });
  const elements = [1, 2].map((element) => task("detail", { element, taskUUID: `detail ${element}` }));
  const other = task("fill");
  const tasks = [faces, gather, ...elements, other];

  it("are all of a run's, the opened task's own, or those of the elements of a fan-in", () => {
    const named = (opened: TaskView | null) => cropTasksOf(opened, tasks).map(({ taskUUID }) => taskUUID);
    expect(named(null)).toEqual(["detail 1", "detail 2", "fill"]);
    expect(named(other)).toEqual(["fill"]);
    expect(named(gather)).toEqual(["detail 1", "detail 2"]);
    expect(named(faces)).toEqual([]);
  });
});

describe("what did not come back", () => {
  it("is being painted by the attempt that is at it, and by no other", () => {
    const [running, done] = [null, "2026-01-01T00:00:00Z"].map((endedAt) =>
      task("detail", { endedAt, attempts: [{ number: 1 }, { number: 2 }] }),
    );
    const say = (of: TaskView | undefined, more: object) =>
      of === undefined ? "" : whyNothingCame({ crop: crop(more), task: of });
    expect(say(running, { ms: null, attempt: 2 })).toBe("Being painted");
    expect(say(running, { ms: null, attempt: 1 })).toBe("Nothing came back");
    expect(say(done, { ms: null, attempt: 2 })).toBe("Nothing came back");
    expect(say(running, { error: { code: "PROVIDER_FAILED", message: "no" } })).toBe("Nothing came back");
    expect(say(done, {})).toBe("No longer kept");
  });
});

describe("crops", () => {
  it("are called by their region, and by whatever else tells them apart", () => {
    const one = task("detail");
    const titles = (tasks: TaskView[], ...answers: TaskCrops[]) =>
      shownCrops(tasks, answers).map(({ title }) => title);
    expect(titles([one], answer(crop(), crop({ region: 1 })))).toEqual(["Region 1", "Region 2"]);
    expect(titles([one], answer(crop(), crop({ tries: 2 })))).toEqual(["Region 1, try 1", "Region 1, try 2"]);
    expect(titles([one], answer(crop({ attempt: 1 }), crop({ attempt: 2 })))).toEqual([
      "Region 1, attempt 1",
      "Region 1, attempt 2",
    ]);
    expect(titles([one, task("fill")], answer(crop()), answer(crop()))).toEqual([
      "Detail, region 1",
      "Fill, region 1",
    ]);
    expect(titles([task("detail", { element: 3 })], answer(crop({ candidate: 1 }), crop()))).toEqual([
      "Element 3, region 1, candidate 2",
      "Element 3, region 1, candidate 1",
    ]);
  });

  it("are found again in the result, which may be larger, and nowhere where they were not accepted", () => {
    const made = task("detail", {
      input: { outputScale: 2 },
      output: { image: "a", candidates: ["a", "b"] },
    });
    const placed = (more: object) => shownCrops([made], [answer(crop(more))])[0]?.place;
    expect(placed({})).toEqual({ artifact: "a", box: [20, 40, 60, 120] });
    expect(placed({ candidate: 1, quality: null })).toEqual({ artifact: "b", box: [20, 40, 60, 120] });
    expect(placed({ quality: { status: "keptOriginal" } })).toBeNull();
    expect(placed({ quality: null })).toBeNull();
    expect(shownCrops([task("detail")], [answer(crop())])[0]?.place).toBeNull();
  });

  it("are none before they are loaded", () => {
    expect(shownCrops([task("detail")], [undefined])).toEqual([]);
  });
});
