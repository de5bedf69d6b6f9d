import { expect, it } from "vitest";
import { packagedModels } from "../../src/detection/weights/model-library.ts";
import { checkSource } from "../../src/runs/outline-workflow.ts";
import { findShipped } from "../../src/runs/used-workflows.ts";

it("a text that is checked as it is typed tells of models that are not to be had beside its other faults", async () => {
  const text = [
    "maskloom: 1",
    "name: typed",
    "inputs: { image: { type: image } }",
    "steps:",
    '  - { id: faces, task: imageMasking, inputImage: "${inputs.imag}", model: mediapipe_face_ful }',
    "output: ${steps.faces.image}",
  ].join("\n");
  const { faults } = await checkSource(text, packagedModels, findShipped);
  expect(faults.map(({ line, path }) => `${line} ${path}`)).toEqual([
    "5 steps[0].inputImage",
    "5 steps[0].model",
  ]);
});
