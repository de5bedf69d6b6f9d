import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import {
  formFields,
  pictureInput,
  readForm,
  textOf,
} from "../../../../dashboard/src/components/workflow-form/form-fields.ts";
import { Workflow } from "../../../../src/contracts/workflow.ts";
import { checkInputs } from "../../../../src/engine/language/inputs.ts";

const workflow = Workflow.parse(parse(readFileSync("workflows/face-detail.yaml", "utf8")));
const fields = formFields(workflow.inputs);
const field = (name: string) => fields.find((one) => one.name === name);

it("leaves the picture out, and keeps the order of the workflow", () => {
  expect(pictureInput(workflow.inputs)).toBe("image");
  expect(fields.map(({ name }) => name)).toEqual(Object.keys(workflow.inputs).slice(1));
  expect(field("strength")).toMatchObject({ kind: "number", min: 0, max: 1, preset: 0.4 });
  expect(field("scale")?.choices).toEqual([1, 2, 3, 4]);
});

it("is good as it is, and then says nothing that the workflow does not say itself", () => {
  expect(readForm(fields, {})).toEqual({ values: {}, faults: {} });
});

it("reads what was typed as values that the server takes", () => {
  const texts = { strength: "0.25", take: "2", scale: "3", prompt: "freckles", seed: "" };
  const { values, faults } = readForm(fields, texts);
  expect(faults).toEqual({});
  expect(values).toEqual({ strength: 0.25, take: 2, scale: 3, prompt: "freckles" });
  expect(checkInputs(workflow, values)).toMatchObject(values);
});

it.each([
  ["strength", "1.5", "Expected a number, at least 0, at most 1."],
  ["strength", "", "Expected a number, at least 0, at most 1."],
  ["take", "1.5", "Expected a whole number, at least 1."],
  ["scale", "9", "Expected one of 1, 2, 3, 4."],
])("says what is expected where %s is “%s”", (name, text, message) => {
  expect(readForm(fields, { [name]: text }).faults).toEqual({ [name]: message });
  expect(textOf(field(name) ?? expect.fail(), { [name]: text })).toBe(text);
});

it("asks for what has no default, and takes masks by their UUID", () => {
  const needed = formFields({
    image: { type: "image" },
    mask: { type: "mask" },
    sure: { type: "boolean" },
  });
  expect(Object.keys(readForm(needed, {}).faults)).toEqual(["mask", "sure"]);
  const mask = "0190b3a4-0000-7000-8000-000000000000";
  expect(readForm(needed, { mask: ` ${mask.toUpperCase()} `, sure: "false" })).toEqual({
    values: { mask, sure: false },
    faults: {},
  });
});
