import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Workflow } from "../../../src/contracts/workflow.ts";
import { checkInputs } from "../../../src/engine/language/inputs.ts";

const workflow: Pick<Workflow, "name" | "inputs"> = {
  name: "all-kinds",
  inputs: {
    image: { type: "image" },
    mask: { type: "mask", default: null },
    prompt: { type: "text", default: "a face" },
    note: { type: "text", default: null },
    strength: { type: "number", min: 0, max: 1, default: 0.4 },
    steps: { type: "integer", min: 1, default: 20 },
    hires: { type: "boolean", default: false },
    mode: { type: "choice", choices: ["blur", 2], default: "blur" },
  },
};
const uuid = "3f0f6f0e-7a52-4a4c-9d1d-0d6f6a2f9a11";

describe("the inputs of a run", () => {
  it("are the defaults where nothing is given; the picture is the caller's business", () => {
    expect(checkInputs(workflow, {})).toEqual({
      mask: null,
      prompt: "a face",
      note: null,
      strength: 0.4,
      steps: 20,
      hires: false,
      mode: "blur",
    });
  });

  it("come as texts from the command line and from CSV", () => {
    const given = {
      image: uuid,
      prompt: "  x ",
      strength: "0.75",
      steps: " 12 ",
      hires: "yes",
      mode: "2",
      note: "",
    };
    expect(checkInputs(workflow, given)).toMatchObject({
      image: uuid,
      prompt: "  x ",
      strength: 0.75,
      steps: 12,
      hires: true,
      mode: 2,
      note: "",
    });
  });

  it("come as values from JSON", () => {
    const given = { strength: 1, steps: 3, hires: true, mode: 2, prompt: "x", note: null, mask: uuid };
    expect(checkInputs(workflow, given)).toMatchObject(given);
  });

  it("are not given where a cell of a table is empty, unless they are texts", () => {
    expect(checkInputs(workflow, { strength: "", hires: "", mode: "", prompt: "", image: "" })).toMatchObject(
      {
        strength: 0.4,
        hires: false,
        mode: "blur",
        prompt: "",
      },
    );
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      "a text that is no number",
      { strength: "high" },
      'input "strength": expected a number from 0 to 1, received text "high".',
    ],
    [
      "JavaScript's other numbers",
      { strength: "0x1" },
      'input "strength": expected a number from 0 to 1, received text "0x1".',
    ],
    [
      "infinity",
      { strength: "Infinity" },
      'input "strength": expected a number from 0 to 1, received text "Infinity".',
    ],
    [
      "a number out of range",
      { strength: 1.5 },
      'input "strength": expected a number from 0 to 1, received 1.5.',
    ],
    ["NaN", { strength: Number.NaN }, 'input "strength": expected a number from 0 to 1, received NaN.'],
    [
      "a number in words of the command line beyond the range",
      { strength: "3" },
      'input "strength": expected a number from 0 to 1, received 3.',
    ],
    ["a fraction", { steps: "2.5" }, 'input "steps": expected a whole number from 1, received 2.5.'],
    ["less than the minimum", { steps: 0 }, 'input "steps": expected a whole number from 1, received 0.'],
    [
      "a word for a boolean",
      { hires: "maybe" },
      'input "hires": expected true or false, received text "maybe".',
    ],
    ["a number for a boolean", { hires: 1 }, 'input "hires": expected true or false, received 1.'],
    [
      "another choice",
      { mode: "sharpen" },
      'input "mode": expected one of blur, 2, received text "sharpen".',
    ],
    [
      "a number for a text",
      { prompt: 5 },
      'input "prompt": expected a text of at most 10000 characters, received 5.',
    ],
    [
      "null for what is not optional",
      { prompt: null },
      'input "prompt": expected a text of at most 10000 characters, received null.',
    ],
    [
      "a file for an image",
      { image: "a.png" },
      'input "image": expected the UUID of an image, received text "a.png".',
    ],
    [
      "a file for a mask",
      { mask: "m.png" },
      'input "mask": expected the UUID of a mask, received text "m.png".',
    ],
    [
      "a misspelt name",
      { strenght: 1 },
      'input "strenght": workflow all-kinds has no such input. Inputs here: image, mask, prompt, note, strength, steps, hires, mode. Did you mean strength?',
    ],
    [
      "several faults",
      { steps: -1, hires: [] },
      'input "steps": expected a whole number from 1, received -1.\ninput "hires": expected true or false, received an empty list.',
    ],
  ])("refuse %s", (_, given, message) => {
    expect(() => checkInputs(workflow, given)).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID", message }),
    );
  });

  it("must be given where they have no default", () => {
    const strict: Pick<Workflow, "name" | "inputs"> = {
      name: "strict",
      inputs: { prompt: { type: "text" }, n: { type: "number", max: 3 } },
    };
    expect(() => checkInputs(strict, {})).toThrow(
      'input "prompt": missing: expected a text of at most 10000 characters; it has no default.\ninput "n": missing: expected a number up to 3; it has no default.',
    );
    expect(checkInputs(strict, { prompt: "", n: 3 })).toEqual({ prompt: "", n: 3 });
  });

  it("do not take what JavaScript objects inherit for a value", () => {
    const odd: Pick<Workflow, "name" | "inputs"> = {
      name: "odd",
      inputs: { constructor: { type: "text" as const, default: "mine" } },
    };
    expect(checkInputs(odd, {})).toEqual({ constructor: "mine" });
  });

  it("give the same from a number and from its text", () => {
    const number = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(number, (strength) => {
        expect(checkInputs(workflow, { strength: String(strength) })).toEqual(
          checkInputs(workflow, { strength }),
        );
      }),
      { numRuns: 200 },
    );
  });
});
