import { describe, expect, it } from "vitest";
import { Digest, newBatchUUID, newRunUUID, newTaskUUID } from "../../../src/contracts/ids.ts";
import type { RunDetail, TaskView } from "../../../src/contracts/run.ts";
import { toReportRun } from "../../../src/runs/report/report-run.ts";

const AT = "2026-01-02T03:04:05.000Z";
const [RUN, BATCH] = [newRunUUID(), newBatchUUID()];

function task(step: string, values: Partial<TaskView> = {}): TaskView {
  return {
    taskUUID: newTaskUUID(),
    runUUID: RUN,
    batchUUID: BATCH,
    step,
    element: null,
    taskType: "imageInference",
    status: "succeeded",
    provider: "local",
    model: "local:fill",
    seed: null,
    input: null,
    output: null,
    error: null,
    warnings: [],
    attempts: [],
    cost: null,
    createdAt: AT,
    queuedAt: AT,
    startedAt: AT,
    endedAt: AT,
    ...values,
  };
}

function detailOf(tasks: readonly TaskView[]): RunDetail {
  return {
    runUUID: RUN,
    batchUUID: BATCH,
    workflow: "portraits",
    workflowDigest: Digest.parse("a".repeat(64)),
    file: "a.jpg",
    status: "partial",
    inputs: {},
    output: null,
    outputs: null,
    error: null,
    warnings: ["the file says nothing of its colours"],
    derivedFrom: null,
    tags: [],
    pictures: { input: null, mask: null, output: null },
    cost: null,
    quality: { seam: null, sharpnessGain: null },
    durationMs: 0,
    createdAt: AT,
    startedAt: AT,
    endedAt: AT,
    tasks: [...tasks],
  };
}

const OUTCOME = {
  file: "a.jpg",
  reused: false,
  output: null,
  outputs: null,
  files: [],
  error: null,
  warnings: ["jpg cannot hold a profile"],
};
const changed = (count: number) => ({
  quality: { regions: [], pixelsChangedOutside: 0, pixelsChangedInside: count },
});

describe("a run in the report", () => {
  it("tells of which step, and of which element, each warning is", () => {
    const tasks = [
      task("faces", { warnings: ["expected a face"] }),
      task("each", { element: 2, warnings: ["expected a face", "expected a face"] }),
    ];
    expect(toReportRun(detailOf(tasks), OUTCOME).warnings).toEqual([
      "the file says nothing of its colours",
      "faces: expected a face",
      "each[2]: expected a face",
      "jpg cannot hold a profile",
    ]);
  });

  it("counts the pixels of a list's elements once, in the picture that they were joined to", () => {
    const tasks = [
      task("each", { element: 1, output: changed(30) }),
      task("each", { element: 2, output: changed(40) }),
      task("each", { taskType: "gather", output: changed(60) }),
      task("after", { output: changed(5) }),
    ];
    expect(toReportRun(detailOf(tasks), OUTCOME)).toMatchObject({
      pixelsChangedInside: 65,
      pixelsChangedOutside: 0,
    });
  });

  it("counts nothing of a step whose result a review left out", () => {
    const review = (decision: string) =>
      task("look", { taskType: "review", input: { step: "second" }, output: { decision } });
    const countOf = (decision: string) =>
      toReportRun(
        detailOf([
          task("first", { output: changed(40) }),
          task("second", { output: changed(7) }),
          review(decision),
        ]),
        OUTCOME,
      ).pixelsChangedInside;
    expect(countOf("accept")).toBe(47);
    expect(countOf("keepOriginal")).toBe(40);
  });

  it("tells a failure of the picture that it is reported for, where another one had it", () => {
    const failed = (message: string) => ({
      ...detailOf([]),
      status: "failed" as const,
      error: { code: "IMAGE_UNREADABLE" as const, message },
    });
    const toldOf = (message: string) =>
      toReportRun(failed(message), { ...OUTCOME, file: "b.jpg" }).error?.message;
    expect(toldOf("a.jpg: expected an image")).toBe("b.jpg: expected an image");
    expect(toldOf("photos/a.jpg: expected an image")).toBe("b.jpg: expected an image");
    expect(toldOf("steps.faces: like a.jpg: broken")).toBe("b.jpg: steps.faces: like a.jpg: broken");
  });

  it("tells a task that was done at its step's fallback from one that was not", () => {
    const warning = "moved to the fallback local:fill (local), since it failed for good with x (y)";
    const tasks = [task("moved", { warnings: [warning] }), task("stayed", { warnings: ["slow"] })];
    const told = toReportRun(detailOf(tasks), OUTCOME).tasks.map((one) => one.movedToFallback);
    expect(told).toEqual([true, undefined]);
  });

  it("names every seed that was painted with, where that is not the step's own alone", () => {
    const seedsOf = (seed: number, seeds: readonly number[]) =>
      toReportRun(detailOf([task("paint", { seed, output: { seeds } })]), OUTCOME).tasks.map(
        (one) => one.seeds,
      );
    expect(seedsOf(7, [7])).toEqual([undefined]);
    expect(seedsOf(7, [7, 1_000_010])).toEqual([[7, 1_000_010]]);
    expect(seedsOf(7, [8])).toEqual([[8]]); // a provider took another one
  });
});
