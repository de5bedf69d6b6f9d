import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BatchUUID, newTaskUUID, type RunUUID } from "../../src/contracts/ids.ts";
import type { TaskStatus } from "../../src/contracts/run.ts";
import { newTaskState } from "../../src/engine/apply-advance.ts";
import { planRun } from "../../src/engine/plan.ts";
import { redoFailed, stepsAfter, stepsNaming } from "../../src/engine/redo.ts";
import type { RunState, TaskState } from "../../src/engine/run-state.ts";
import { prepareExample } from "./two-steps.ts";

/** first → second → third, and other, which stands alone. */
const example = prepareExample(`
maskloom: 1
name: chain
inputs: { image: { type: image }, strength: { type: number, default: 0.5 } }
steps:
  - { id: faces, task: imageMasking, model: some, inputImage: "\${inputs.image}" }
  - { id: first, task: imageInference, model: some, seedImage: "\${inputs.image}", maskImage: "\${steps.faces.maskImage}" }
  - id: second
    task: imageInference
    model: some
    seedImage: \${steps.first.image}
    maskImage: \${steps.faces.maskImage}
    strength: \${inputs.strength}
  - { id: other, task: imageInference, model: some, seedImage: "\${inputs.image}", maskImage: "\${steps.faces.maskImage}" }
output: \${steps.second.image}
`);
const { workflow, resolved } = example;

function runWith(
  statuses: Readonly<Record<string, TaskStatus>>,
  elements: Partial<TaskState>[] = [],
): RunState {
  const tasks = planRun(workflow, resolved, newTaskUUID, () => 0.5).map(newTaskState);
  const more = elements.map((element) => ({
    ...(tasks[0] as TaskState),
    taskUUID: newTaskUUID(),
    ...element,
  }));
  return {
    runUUID: randomUUID() as string as RunUUID,
    batchUUID: randomUUID() as string as BatchUUID,
    file: "a.png",
    status: "failed",
    inputs: {},
    tasks: [...tasks.map((task) => ({ ...task, status: statuses[task.step] ?? "succeeded" })), ...more],
  };
}

const namesOf = (run: RunState, uuids: readonly string[]) =>
  run.tasks
    .filter(({ taskUUID }) => uuids.includes(taskUUID))
    .map(({ step, element }) => (element === null ? step : `${step}.${element}`));

describe("redoFailed", () => {
  it("takes what failed or was cancelled, with what stands on it", () => {
    const run = runWith({ first: "failed", second: "cancelled" });
    expect(namesOf(run, redoFailed(workflow, run))).toEqual(["first", "second"]);
  });

  it("takes a step that went on without what failed before it", () => {
    const run = runWith({ first: "failed" });
    expect(namesOf(run, redoFailed(workflow, run))).toEqual(["first", "second"]);
  });

  it("takes of a fan-out the elements that failed and the fan-in, and all of them after what is done again", () => {
    const elements: Partial<TaskState>[] = [
      { step: "first", element: 1, status: "failed" },
      { step: "first", element: 2, status: "succeeded" },
      { step: "second", element: 1, status: "succeeded" },
    ];
    const run = runWith({}, elements);
    expect(namesOf(run, redoFailed(workflow, run))).toEqual(["first", "second", "first.1", "second.1"]);
  });

  it("takes of one task no more than that and what stands on it", () => {
    const run = runWith({ first: "failed", second: "cancelled", other: "failed" });
    const other = run.tasks.find(({ step }) => step === "other");
    expect(namesOf(run, redoFailed(workflow, run, other?.taskUUID))).toEqual(["other"]);
  });

  it("never leaves a result that was made of one that is done again", () => {
    const status = fc.constantFrom<TaskStatus>("succeeded", "failed", "cancelled", "skipped", "cached");
    const statuses = fc.record({ faces: status, first: status, second: status, other: status });
    fc.assert(
      fc.property(statuses, (given) => {
        const run = runWith(given);
        const again = new Set(namesOf(run, redoFailed(workflow, run)));
        for (const [step, at] of Object.entries(given)) {
          if (at === "failed" || at === "cancelled") expect(again).toContain(step);
        }
        for (const step of stepsAfter(workflow, again)) expect(again).toContain(step);
      }),
    );
  });
});

describe("stepsNaming", () => {
  it("finds the steps whose expressions name an input", () => {
    expect(stepsNaming(resolved, workflow, new Set(["strength"]))).toEqual(["second"]);
    expect(stepsNaming(resolved, workflow, new Set(["image"]))).toEqual(["faces", "first", "other"]);
    expect(stepsNaming(resolved, workflow, new Set())).toEqual([]);
  });
});
