import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../src/contracts/json.ts";
import { readTask } from "../../../src/contracts/wire/read-task.ts";
import type { WireInference } from "../../../src/contracts/wire/tasks.ts";
import { parseDefinition } from "../../../src/engine/language/define-workflow.ts";
import { evaluateTemplate } from "../../../src/engine/language/template.ts";
import {
  inferenceWorkflow,
  maskingWorkflow,
  resultIndex,
  stepsOf,
} from "../../../src/runs/api/api-workflow.ts";

const UUID = "8f14e45f-ceea-467f-a123-3f1d0ff5b2a1";
const given = { taskUUID: UUID, model: "local:fill", positivePrompt: "x" };

function inference(fields: object): WireInference {
  const read = readTask({ taskType: "imageInference", seedImage: UUID, ...given, ...fields }, false);
  if ("task" in read && read.task.taskType === "imageInference") return read.task;
  throw new Error("error" in read ? read.error.message : "another task");
}

const options = { seeded: true, leftOut: new Set<string>() };

describe("a task of the API as a workflow", () => {
  it("is one that a file could hold, whatever was asked for", () => {
    const everything = inference({
      maskImage: UUID,
      maskMargin: 64,
      numberResults: 3,
      lora: [{ model: "a:1@2", weight: 0.5 }],
      settings: { colour: "${inputs.image}" },
      width: 512,
      height: 768,
    });
    const workflow = inferenceWorkflow(everything, options);
    expect(parseDefinition(workflow).document).toEqual(workflow);
    const masking = readTask({ taskType: "imageMasking", inputImage: UUID, ...given }, false);
    if (!("task" in masking) || masking.task.taskType !== "imageMasking") throw new Error("no masking task");
    expect(parseDefinition(maskingWorkflow(masking.task)).document.steps[0]).toMatchObject({
      id: "mask",
      select: { take: 6 },
      confidence: 0.25,
      maskPadding: 4,
      maskBlur: 4,
    });
  });

  it("has a step for each result, with a seed of its own where the model takes one", () => {
    const task = inference({ numberResults: 3 });
    const { steps } = inferenceWorkflow(task, options);
    expect(steps.map(({ id }) => id)).toEqual(stepsOf(3, "imageInference"));
    expect(steps.map(({ id }) => resultIndex(id))).toEqual([0, 1, 2]);
    const seeds = steps.map((step) =>
      evaluateTemplate(("seed" in step ? step.seed : null) as JsonValue, { inputs: { seed: 7 } }),
    );
    expect(seeds).toEqual([7, 8, 9]);
    const unseeded = inferenceWorkflow(task, { seeded: false, leftOut: new Set(["strength"]) });
    expect(unseeded.inputs).toEqual({ image: { type: "image" } });
    expect(unseeded.steps[0]).not.toHaveProperty("seed");
    expect(unseeded.steps[0]).not.toHaveProperty("strength");
  });

  it("takes every text of the client's for what it is", () => {
    const text = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc
        .array(fc.constantFrom("$", "{", "}", "${", "$${", "inputs.image", " ", "a"), { maxLength: 12 })
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, text, (prompt, scheduler) => {
        const [step] = inferenceWorkflow(
          inference({ positivePrompt: prompt, scheduler, settings: { deep: [prompt] } }),
          options,
        ).steps;
        if (step?.task !== "imageInference") throw new Error("no inference");
        const { positivePrompt, scheduler: written, settings } = step;
        const evaluated = evaluateTemplate({ positivePrompt, written, settings } as JsonValue, {
          inputs: { image: 1 },
        });
        expect(evaluated).toEqual({
          positivePrompt: prompt,
          written: scheduler,
          settings: { deep: [prompt] },
        });
      }),
      { numRuns: 200 },
    );
  });
});
