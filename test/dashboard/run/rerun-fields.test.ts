import { describe, expect, it } from "vitest";
import {
  changesOf,
  inputFields,
  readField,
  stepFields,
} from "../../../dashboard/src/pages/run/actions/rerun-fields.ts";

const WORKFLOW = {
  document: {
    inputs: {
      image: { type: "image" },
      strength: { type: "number", min: 0, max: 1, default: 0.4, help: "How far." },
      seed: { type: "integer", min: 0, default: null },
      prompt: { type: "text", default: null },
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
      },
    ],
  },
};
const RUN = { inputs: { image: { uuid: "…" }, strength: 0.6 } };
const fields = inputFields(WORKFLOW, RUN);
const named = (name: string) => {
  const field = fields.find((one) => one.name === name);
  if (field === undefined) throw new Error(`no field ${name}`);
  return field;
};

describe("the form that makes a run anew", () => {
  it("has a field for every input but pictures, with the value of the run or else the default", () => {
    expect(fields.map(({ name, kind, value }) => [name, kind, value])).toEqual([
      ["strength", "number", 0.6],
      ["seed", "integer", null],
      ["prompt", "text", null],
      ["scale", "choice", null],
    ]);
  });

  it("puts first what the step names that is done again", () => {
    const steps = [{ id: "detail", seed: "${inputs.seed ?? null}", scale: "${inputs.scaleless}" }];
    const workflow = { document: { ...WORKFLOW.document, steps } };
    const names = inputFields(workflow, RUN, "detail").map(({ name }) => name);
    expect(names).toEqual(["seed", "strength", "prompt", "scale"]);
  });

  it("has a field for what a step says literally, not for what follows the inputs or makes it what it is", () => {
    expect(stepFields(WORKFLOW, "faces").map(({ name, kind, value }) => [name, kind, value])).toEqual([
      ["maskPadding", "number", 8],
      ["model", "text", "mediapipe_face_full"],
      ["invert", "boolean", false],
    ]);
    expect(stepFields(WORKFLOW, "none")).toEqual([]);
  });

  it("takes what is typed as its type says, and tells what is no such value", () => {
    expect(readField(named("strength"), "0.3")).toBe(0.3);
    expect(readField(named("strength"), "1.1")).toBeUndefined();
    expect(readField(named("strength"), "much")).toBeUndefined();
    expect(readField(named("seed"), "1.5")).toBeUndefined();
    expect(readField(named("seed"), "")).toBeNull();
    expect(readField(named("scale"), "2")).toBe(2);
    expect(readField(named("prompt"), "a face")).toBe("a face");
  });

  it("needs a value where there is no default", () => {
    const [padding] = stepFields(WORKFLOW, "faces");
    if (padding === undefined) throw new Error("no field");
    expect(readField(padding, "")).toBeUndefined();
  });

  it("sends only what differs", () => {
    const [padding] = stepFields(WORKFLOW, "faces");
    if (padding === undefined) throw new Error("no field");
    const values = new Map([
      [named("strength"), 0.6],
      [named("scale"), 2],
      [padding, 16],
    ]);
    expect(changesOf(values, "faces")).toEqual({
      inputs: { scale: 2 },
      steps: { faces: { maskPadding: 16 } },
    });
    expect(changesOf(new Map([[named("strength"), 0.6]]), null)).toEqual({});
  });
});
