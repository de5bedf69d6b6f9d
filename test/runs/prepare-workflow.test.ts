import { describe, expect, it } from "vitest";
import { fill } from "../../models/fill.ts";
import { packagedModels } from "../../src/detection/weights/model-library.ts";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { checkSizes, prepareWorkflow } from "../../src/runs/prepare-workflow.ts";
import { twoSteps } from "../engine/two-steps.ts";

/** As `local:fill`, but for its size. */
const small = () => ({
  ...fill,
  capabilities: { ...fill.capabilities, hard: { ...fill.capabilities.hard, maxSide: 512 } },
});

describe("a workflow's sizes", () => {
  const check = (lines: string) => {
    const { workflow, resolved } = twoSteps("", lines);
    return () => checkSizes(workflow, resolved, small);
  };

  it("are refused before any picture is read where the model can never have them", () => {
    expect(check("guideSize: 768")).toThrow(/^steps\.detail\.guideSize: expected at most 512.*got 768$/);
    expect(check("byProvider: { local: { guideSize: 768 } }")).toThrow(/steps\.detail\.guideSize/);
  });

  it("are let through where they fit, are not given, or follow from a picture", () => {
    expect(check("guideSize: 512")).not.toThrow();
    expect(check("")).not.toThrow();
    expect(check("guideSize: ${steps.faces.count}")).not.toThrow();
  });
});

describe("a workflow's shapes", () => {
  const prepare = (shape: string) => {
    const text = [
      "maskloom: 1",
      "name: shapes",
      "inputs: { image: { type: image }, size: { type: text, default: hull } }",
      "steps:",
      `  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_full, shape: "${shape}" }`,
      "output: ${steps.faces.image}",
    ].join("\n");
    return prepareWorkflow(parseWorkflow(text, { file: "shapes.yaml" }), packagedModels);
  };

  it("are refused before any picture is read where the model does not give them", async () => {
    await expect(prepare("hull")).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/^steps\.faces\.shape: expected box or ellipse, .*got hull/),
    });
  });

  it.each(["ellipse", "${inputs.size}"])("are let through where they may fit: %s", async (shape) => {
    expect((await prepare(shape)).resolved.steps["faces"]?.fields).toMatchObject({ shape });
  });
});

describe("strictness about a detector", () => {
  const prepare = (fields: string) => {
    const text = [
      "maskloom: 1",
      "name: strict",
      "inputs: { image: { type: image } }",
      "steps:",
      `  - { id: who, task: imageMasking, inputImage: "\${inputs.image}", ${fields} }`,
      "output: ${steps.who.image}",
    ].join("\n");
    return prepareWorkflow(parseWorkflow(text, { file: "strict.yaml" }), packagedModels);
  };

  it.each([
    ["model: mediapipe_selfie, tiling: auto", /^steps\.who\.tiling: mediapipe_selfie takes no notice of it/],
    [
      "model: mediapipe_face_full, select: { classes: { include: [face] } }",
      /^steps\.who\.select\.classes: .*all that it finds is called face/,
    ],
  ])("refuses what it takes no notice of: %s", async (fields, message) => {
    await expect(prepare(`${fields}, strict: true`)).rejects.toThrow(message);
    await expect(prepare(fields)).resolves.toBeDefined();
  });

  it("has nothing to say about what it takes", async () => {
    await expect(
      prepare("model: mediapipe_face_full, tiling: auto, shape: box, strict: true"),
    ).resolves.toBeDefined();
  });
});
