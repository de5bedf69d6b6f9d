import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { DetectFields } from "../../../../dashboard/src/api/detect.ts";
import {
  toApiTask,
  toCurl,
  toWorkflow,
  toWorkflowSteps,
} from "../../../../dashboard/src/pages/playground/settings-export.ts";
import { readTask } from "../../../../src/contracts/wire/read-task.ts";
import { parseWorkflow } from "../../../../src/engine/language/parse-workflow.ts";

const FIELDS: DetectFields = {
  model: "mediapipe_face_full",
  confidence: 0.4,
  maskPadding: -3,
  maskBlur: 8,
  tiling: "off",
  shape: "ellipse",
};
const IMAGE = "4a9a6d89-706b-4749-b517-40c8d597632b";
const TASK = "0b0ab8b0-64a6-4e26-a1f2-6d7bb5d8a5aa";

const anySettings = fc.record({
  fields: fc.record({
    model: fc.constantFrom(
      "mediapipe_face_full",
      "runware:35@1",
      "person_yolov8n-seg",
      "on",
      "a b: c",
      "1e3",
    ),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    maskPadding: fc.integer({ min: -128, max: 128 }),
    maskBlur: fc.integer({ min: 0, max: 128 }),
    tiling: fc.constantFrom("auto", "off"),
    shape: fc.constantFrom("box", "hull", undefined),
  }) as fc.Arbitrary<DetectFields>,
  detects: fc.constantFrom("face", "eyes and lips", "Hand", "人", "3d thing"),
  margin: fc.option(fc.integer({ min: 0, max: 512 })),
});

describe("the playground's settings", () => {
  it("are a masking step of a workflow that says the same", () => {
    const [step] = parse(toWorkflowSteps({ fields: FIELDS, detects: "face", margin: null })) as object[];
    expect(step).toEqual({
      id: "face_mask",
      task: "imageMasking",
      inputImage: "$" + "{inputs.image}",
      ...FIELDS,
    });
  });

  it("are, whatever they are, a workflow that our parser takes and that says them all", () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        const { document } = parseWorkflow(toWorkflow(settings), { file: "pasted.yaml" });
        const [masking, inpainting] = document.steps;
        const { shape, ...rest } = settings.fields;
        expect(masking).toMatchObject(shape === undefined ? rest : { ...rest, shape });
        if (settings.margin === null) expect(inpainting).toBeUndefined();
        else expect(inpainting).toMatchObject({ task: "imageInference", maskMargin: settings.margin });
      }),
    );
  });

  it("are a task that the API takes", () => {
    const [task] = JSON.parse(
      toApiTask({ fields: FIELDS, detects: "face", margin: null }, IMAGE, TASK),
    ) as unknown[];
    expect(readTask(task, true)).toMatchObject({
      task: { taskType: "imageMasking", taskUUID: TASK, ...FIELDS },
    });
  });

  it("name the provider in a workflow, and none to a server, which looks itself", () => {
    const settings = { fields: { ...FIELDS, provider: "farm" }, detects: "face", margin: null };
    const [step] = parse(toWorkflowSteps(settings)) as { provider?: string }[];
    expect(step?.provider).toBe("farm");
    const { document } = parseWorkflow(toWorkflow(settings), { file: "w" });
    expect(document.steps[0]).toMatchObject({ provider: "farm" });
    expect(toApiTask(settings, IMAGE, TASK)).not.toContain("farm");
  });

  it("are a command in which a shell sees nothing but text", () => {
    const curl = toCurl(
      { fields: { ...FIELDS, model: "it's $(mine)" }, detects: "face", margin: null },
      IMAGE,
      TASK,
      { origin: "http://127.0.0.1:8787", needsKey: false },
    );
    expect(curl).toContain("curl http://127.0.0.1:8787/v1 ");
    expect(curl).toContain("it'\\''s $(mine)");
  });
});
