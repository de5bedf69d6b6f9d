import { describe, expect, it } from "vitest";
import {
  changesOf,
  inputFields,
  type RerunField,
} from "../../../../dashboard/src/pages/run/rerun/rerun-fields.ts";
import { readEdits } from "../../../../dashboard/src/pages/run/rerun/rerun-form.tsx";
import { stepFields } from "../../../../dashboard/src/pages/run/rerun/step-fields.ts";
import { workflowSchemaDocument } from "../../../../src/contracts/workflow-schema.ts";

const WORKFLOW = {
  document: {
    inputs: {
      image: { type: "image" },
      strength: { type: "number", min: 0, max: 1, default: 0.4, help: "How far." },
      seed: { type: "integer", min: 0, default: null },
      prompt: { type: "text", default: null },
      words: { type: "text" },
      scale: { type: "choice", choices: [1, 2], default: null },
    },
    steps: [
      {
        id: "faces",
        task: "imageMasking",
        inputImage: "${inputs.image}",
        maskPadding: 8,
        model: "mediapipe_face_full",
        invert: false,
        confidence: "${inputs.confidence}",
        select: { take: 1 },
        retries: { attempts: 2 },
        onError: "skip",
      },
      { id: "detail", task: "imageInference", model: ["a:1@1", "b:1@1"], maskMargin: 48 },
    ],
  },
};
const RUN = { inputs: { image: { uuid: "…" }, strength: 0.6 } };
const SCHEMA = workflowSchemaDocument();
const inputs = inputFields(WORKFLOW, RUN);
const faces = stepFields(WORKFLOW, SCHEMA, "faces");
const detail = stepFields(WORKFLOW, SCHEMA, "detail");
const named = (fields: readonly RerunField[], name: string) => {
  const field = fields.find((one) => one.name === name);
  if (field === undefined) throw new Error(`no field ${name}`);
  return field;
};
const read = (field: RerunField, text: string) =>
  readEdits([field], { [`${field.of} ${field.name}`]: text }).values.get(field);
const faultsOf = (field: RerunField, text: string) => [
  ...readEdits([field], { [`${field.of} ${field.name}`]: text }).faults.values(),
];

describe("the form that makes a run anew", () => {
  it("has a field for every input but pictures, with the value of the run or else the default", () => {
    expect(inputs.map(({ name, kind, start }) => [name, kind, start])).toEqual([
      ["strength", "number", 0.6],
      ["seed", "integer", null],
      ["prompt", "text", null],
      ["words", "text", null],
      ["scale", "choice", null],
    ]);
  });

  it("puts first what the step names that is done again", () => {
    const steps = [{ id: "detail", seed: "${inputs.seed ?? null}", scale: "${inputs.scaleless}" }];
    const workflow = { document: { ...WORKFLOW.document, steps } };
    const names = inputFields(workflow, RUN, "detail").map(({ name }) => name);
    expect(names).toEqual(["seed", "strength", "prompt", "words", "scale"]);
  });

  it("has a field for what a step says literally, not for what governs the engine or where its pictures come from", () => {
    expect(faces.written.map(({ name, kind, start }) => [name, kind, start])).toEqual([
      ["model", "text", "mediapipe_face_full"],
      ["maskPadding", "integer", 8],
      ["invert", "boolean", false],
      ["select.take", "integer", 1],
    ]);
    const names = [...faces.written, ...faces.others].map(({ name }) => name);
    for (const name of ["id", "task", "inputImage", "within", "retries", "onError", "cache"]) {
      expect(names).not.toContain(name);
    }
    expect(stepFields(WORKFLOW, SCHEMA, "none")).toEqual({ written: [], others: [] });
  });

  it("offers what the task takes besides, with bounds, choices and help of the language's schema", () => {
    expect(named(faces.others, "maskBlur")).toMatchObject({ kind: "integer", min: 0, max: 512, start: null });
    expect(named(faces.others, "shape").choices).toEqual(["box", "ellipse", "hull", "segmentation"]);
    expect(named(faces.others, "select.minArea")).toMatchObject({ kind: "number", min: 0, max: 1 });
    expect(named(faces.others, "onEmpty").choices).toEqual(["skip", "fail"]);
    expect(named(faces.others, "maskBlur").help).toMatch(/mask fades/);
    expect(named(detail.others, "outputScale").choices).toEqual([1, 2, 3, 4]);
    expect(named(detail.others, "seed")).toMatchObject({ kind: "integer", min: 0, max: undefined });
    expect(named(detail.others, "positivePrompt").longest).toBe(10_000);
  });

  it("takes what is typed as its type says, and says at the field what is expected instead", () => {
    expect(read(named(inputs, "strength"), "0.3")).toBe(0.3);
    expect(faultsOf(named(inputs, "strength"), "1.1")).toEqual(["Expected a number, at least 0, at most 1."]);
    expect(faultsOf(named(inputs, "strength"), "much")).toHaveLength(1);
    expect(faultsOf(named(inputs, "seed"), "1.5")).toEqual(["Expected a whole number, at least 0."]);
    expect(read(named(inputs, "scale"), "2")).toBe(2);
    expect(read(named(inputs, "prompt"), "a face")).toBe("a face");
    expect(faultsOf(named(faces.others, "maskBlur"), "513")).toHaveLength(1);
    expect(faultsOf(named(detail.others, "positivePrompt"), "a".repeat(10_001))).toHaveLength(1);
    expect(faultsOf(named(detail.others, "accept.seam"), "small")).toHaveLength(1);
    expect(read(named(detail.others, "accept.seam"), "< 1.3")).toBe("< 1.3");
  });

  it("says what an empty control means, and takes it so", () => {
    const cases = [
      [named(inputs, "strength"), "default: 0.4", 0.4],
      [named(inputs, "seed"), "not given", null],
      [named(inputs, "words"), "an empty text", ""],
      [named(faces.written, "maskPadding"), "not given", null],
      [named(faces.others, "confidence"), "as before: ${inputs.confidence}", null],
      [named(detail.others, "model"), "as before: a:1@1, b:1@1", null],
    ] as const;
    for (const [field, words, value] of cases) {
      expect(field.whenEmpty, field.name).toBe(words);
      expect(read(field, ""), field.name).toBe(value);
    }
    expect(faultsOf(named(faces.written, "model"), "")).toHaveLength(1);
  });

  it("sends only what differs, of a field within another all of that one", () => {
    const values = new Map([
      [named(inputs, "strength"), 0.6],
      [named(inputs, "scale"), 2],
      [named(faces.written, "maskPadding"), 16],
      [named(faces.written, "invert"), null],
      [named(faces.others, "select.minArea"), 0.01],
    ]);
    expect(changesOf(values, WORKFLOW, "faces")).toEqual({
      inputs: { scale: 2 },
      steps: { faces: { maskPadding: 16, invert: null, select: { take: 1, minArea: 0.01 } } },
    });
    expect(changesOf(new Map([[named(faces.written, "select.take"), null]]), WORKFLOW, "faces")).toEqual({
      steps: { faces: { select: null } },
    });
    expect(changesOf(new Map([[named(inputs, "strength"), 0.6]]), WORKFLOW, null)).toEqual({});
  });
});
