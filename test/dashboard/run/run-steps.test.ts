import { describe, expect, it } from "vitest";
import { stepsOf } from "../../../dashboard/src/pages/run/steps/run-steps.ts";
import type { TaskView } from "../../../src/contracts/run.ts";

function task(step: string, status: TaskView["status"], element: number | null = null): TaskView {
  const known = { step, status, element, taskUUID: `${step}${element ?? ""}`, input: null, output: null };
  return known as TaskView;
}

describe("the steps of a run", () => {
  it("stand after what they need, with their elements folded into them", () => {
    const tasks = [
      task("detail", "waiting"),
      task("detail", "running", 2),
      task("detail", "succeeded", 1),
      task("faces", "succeeded"),
    ];
    const steps = stepsOf({ tasks }, { faces: [], detail: ["faces"] });
    expect(steps.map(({ id, needs }) => [id, needs])).toEqual([
      ["faces", []],
      ["detail", ["faces"]],
    ]);
    expect(steps[1]?.elements.map(({ element }) => element)).toEqual([1, 2]);
    expect(steps[1]?.status).toBe("running");
  });

  it("form a chain until it is known what needs what", () => {
    const steps = stepsOf({ tasks: [task("a", "succeeded"), task("b", "waiting")] }, undefined);
    expect(steps.map(({ id, needs, status }) => [id, needs, status])).toEqual([
      ["a", [], "succeeded"],
      ["b", ["a"], "waiting"],
    ]);
  });
});
