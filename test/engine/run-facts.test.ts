import { describe, expect, it } from "vitest";
import { newTaskUUID } from "../../src/contracts/ids.ts";
import { newTaskState } from "../../src/engine/apply-advance.ts";
import { runFacts } from "../../src/engine/run-facts.ts";
import type { TaskState } from "../../src/engine/run-state.ts";

const task = (fields: Partial<TaskState>): TaskState => ({
  ...newTaskState({
    taskUUID: newTaskUUID(),
    step: "detail",
    element: null,
    taskType: "imageInference",
    queue: "inpainting-local",
    provider: null,
    model: null,
    seed: null,
  }),
  ...fields,
});
const judged = (...regions: { seam: number | null; sharpnessGain: number | null }[]) => ({
  quality: { regions },
});

describe("the facts of a run", () => {
  it("name each model and provider of its tasks once, whether they ran or not", () => {
    const facts = runFacts([
      task({ model: "lama", provider: "local" }),
      task({ model: "lama", provider: "runware" }),
      task({ model: null, provider: "local" }),
    ]);
    expect(facts.models).toEqual(["lama"]);
    expect(facts.providers).toEqual(["local", "runware"]);
  });

  it("are of the worst region of all steps: the highest seam and the lowest gain", () => {
    const facts = runFacts([
      task({ output: judged({ seam: 2, sharpnessGain: 1.5 }, { seam: null, sharpnessGain: -0.5 }) }),
      task({ output: judged({ seam: 3.5, sharpnessGain: null }) }),
    ]);
    expect(facts).toMatchObject({ seam: 3.5, sharpness: -0.5 });
  });

  it("say nothing of quality where no task measured it, whatever else it put out", () => {
    const outputs = [null, { maskImage: "x" }, { quality: {} }, { quality: { regions: [{ seam: "2" }] } }];
    for (const output of outputs) {
      expect(runFacts([task({ output })])).toMatchObject({ seam: null, sharpness: null });
    }
  });
});
