import { describe, expect, it } from "vitest";
import type { SchemaNode } from "../../../../dashboard/src/components/workflow-editor/schema-place.ts";
import {
  type EditorKnowledge,
  explainAt,
  suggestAt,
} from "../../../../dashboard/src/components/workflow-editor/suggestions.ts";
import { workflowSchemaDocument } from "../../../../src/contracts/workflow-schema.ts";

const KNOWLEDGE: EditorKnowledge = {
  schema: workflowSchemaDocument() as SchemaNode,
  models: [{ id: "runware:35@1", description: "Faces." }],
  workflows: [{ name: "eyes-detail", description: "Eyes." }],
  yields: { imageMasking: ["maskImage", "detections"] },
};

const labels = (marked: string): readonly string[] =>
  suggestAt(marked.replace("¦", ""), marked.indexOf("¦"), KNOWLEDGE)?.options.map(({ label }) => label) ?? [];

const STEP =
  "maskloom: 1\ninputs:\n  image: { type: image }\n  prompt:\n    type: text\nsteps:\n  - id: faces\n    task: imageMasking\n";

describe("what could be typed", () => {
  it("is what the document still lacks", () => {
    expect(labels("maskloom: 1\n¦")).toEqual(expect.arrayContaining(["name", "inputs", "steps", "output"]));
    expect(labels("maskloom: 1\n¦")).not.toContain("maskloom");
  });

  it("is what the task of the step takes, and of another task what that one takes", () => {
    const masking = labels(`${STEP}    ¦`);
    expect(masking).toEqual(expect.arrayContaining(["maskPadding", "select", "onEmpty"]));
    expect(masking).not.toContain("strength");
    expect(masking).not.toContain("task");
    expect(labels(`${STEP}  - id: two\n    task: imageInference\n    ¦`)).toContain("strength");
  });

  it("is every task where none is written", () => {
    expect(labels("steps:\n  - id: one\n    task: ¦")).toEqual(
      expect.arrayContaining(["imageMasking", "imageInference", "use", "review"]),
    );
  });

  it("goes into what a field holds, and offers the words that are allowed", () => {
    expect(labels(`${STEP}    select:\n      ¦`)).toEqual(expect.arrayContaining(["where", "sort", "take"]));
    expect(labels(`${STEP}    select:\n      sort: ¦`)).toEqual(
      expect.arrayContaining(["area", "confidence"]),
    );
    expect(labels(`${STEP}    shape: ¦`)).toEqual(["box", "ellipse", "hull", "segmentation"]);
    expect(labels(`${STEP}    invert: ¦`)).toEqual(["true", "false"]);
  });

  it("is the models and workflows that are here, quoted where braces would need it", () => {
    expect(labels(`${STEP}    model: ¦`)).toEqual(["runware:35@1"]);
    const text = `${STEP}    model: `;
    expect(suggestAt(text, text.length, KNOWLEDGE)?.options[0]?.text).toBe('"runware:35@1"');
    expect(labels("steps:\n  - id: one\n    task: use\n    workflow: ¦")).toEqual(["eyes-detail"]);
  });

  it("is, in an expression, the inputs, the steps above and what they yield", () => {
    expect(labels(`${STEP}    inputImage: \${¦`)).toEqual(["inputs", "steps", "run"]);
    expect(labels(`${STEP}    inputImage: \${inputs.¦`)).toEqual(["inputs.image", "inputs.prompt"]);
    expect(labels(`${STEP}    within: \${steps.¦`)).toEqual([]);
    const later = `${STEP}  - id: two\n    task: imageInference\n    maskImage: `;
    expect(labels(`${later}\${steps.¦`)).toEqual(["steps.faces"]);
    expect(labels(`${later}\${steps.faces.¦`)).toEqual(["steps.faces.maskImage", "steps.faces.detections"]);
    expect(labels(`${later}\${steps.faces.maskImage} ¦`)).toEqual([]);
    expect(labels(`${later}x\noutput: \${steps.¦`)).toEqual(["steps.faces", "steps.two"]);
  });

  it("is explained where somebody points at it", () => {
    const text = `${STEP}    maskPadding: 4\n`;
    expect(explainAt(text, text.indexOf("maskPadding") + 4, KNOWLEDGE)).toMatchObject({
      type: "integer -128…128 | expression",
      name: "maskPadding",
    });
    expect(explainAt(text, text.indexOf(" 4"), KNOWLEDGE)).toBeNull();
  });
});
