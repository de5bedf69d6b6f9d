import { ArtifactUUID } from "../../contracts/ids.ts";
import type { Workflow, WorkflowInput } from "../../contracts/workflow.ts";
import { MaskloomError } from "../../errors.ts";
import { suggestion } from "../../nearest-name.ts";
import { describeValue } from "./value.ts";

/** Null: an optional input (`default: null`) that was not given. */
export type InputValue = string | number | boolean | null;

/**
 * The values of a workflow's inputs: what was given, checked and turned into the input's type, and defaults for the
 * rest. Texts from the command line and from CSV become numbers and booleans where the input is one; an empty text
 * counts as not given, except for a text input.
 *
 * Images and masks are artifact UUIDs. One that is not given is left out and not complained about: the caller knows
 * which picture a run is for.
 * @param given by name; from `--set name=value`, a CSV row, or JSON
 * @throws MaskloomError INPUT_INVALID, one line for each input that is wrong
 */
export function checkInputs(
  workflow: Pick<Workflow, "name" | "inputs">,
  given: Readonly<Record<string, unknown>>,
): Record<string, InputValue> {
  const faults: string[] = [];
  const values: [string, InputValue][] = [];
  const names = Object.keys(workflow.inputs);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const here = `Inputs here: ${names.join(", ")}.${suggestion(name, names)}`;
    faults.push(`input "${name}": workflow ${workflow.name} has no such input. ${here}`);
  }
  for (const [name, input] of Object.entries(workflow.inputs)) {
    const value = readInput(input, Object.hasOwn(given, name) ? given[name] : undefined);
    if ("fault" in value) faults.push(`input "${name}": ${value.fault}`);
    else if (value.value !== undefined) values.push([name, value.value]);
  }
  if (faults.length > 0) throw new MaskloomError("INPUT_INVALID", faults.join("\n"));
  return Object.fromEntries(values);
}

type ReadValue = { readonly value: InputValue | undefined } | { readonly fault: string };

function readInput(input: WorkflowInput, given: unknown): ReadValue {
  const isGiven = given !== undefined && (given !== "" || input.type === "text");
  if (!isGiven) return presetOf(input);
  if (given === null && "default" in input && input.default === null) return { value: null };
  const value = coerce(input, given);
  if (value === undefined || !inRange(input, value)) {
    /* A 3 from the command line is a text, but what is wrong with it is that it is 3. */
    const near = input.type === "choice" ? suggestion(String(given), input.choices.map(String)) : "";
    return { fault: `expected ${expectation(input)}, received ${describeValue(value ?? given)}.${near}` };
  }
  return { value };
}

function presetOf(input: WorkflowInput): ReadValue {
  if (input.type === "image") return { value: undefined };
  if (input.default !== undefined) return { value: input.default };
  if (input.type === "mask") return { value: undefined };
  return { fault: `missing: expected ${expectation(input)}; it has no default.` };
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["on", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["off", false],
  ["0", false],
]);

/** The value in the input's type; undefined where it cannot be. */
function coerce(input: WorkflowInput, given: unknown): InputValue | undefined {
  switch (input.type) {
    case "image":
    case "mask":
      return ArtifactUUID.safeParse(given).data;
    case "text":
      return typeof given === "string" ? given : undefined;
    case "boolean":
      return typeof given === "string" ? BOOLEANS.get(given.trim().toLowerCase()) : asBoolean(given);
    case "choice":
      return input.choices.find((choice) => choice === given || String(choice) === given);
    case "number":
    case "integer":
      return asNumber(given);
  }
}

function asBoolean(given: unknown): boolean | undefined {
  return typeof given === "boolean" ? given : undefined;
}

/** Numbers, and texts that are written as one; not what JavaScript makes of "", "0x10" or "Infinity". */
function asNumber(given: unknown): number | undefined {
  if (typeof given === "number") return Number.isFinite(given) ? given : undefined;
  if (typeof given !== "string" || !/^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/.test(given))
    return undefined;
  const value = Number(given);
  return Number.isFinite(value) ? value : undefined;
}

const LONGEST_TEXT = 10_000;

function inRange(input: WorkflowInput, value: InputValue): boolean {
  if (input.type === "text") return String(value).length <= LONGEST_TEXT;
  if (input.type !== "number" && input.type !== "integer") return true;
  if (typeof value !== "number" || (input.type === "integer" && !Number.isSafeInteger(value))) return false;
  return value >= (input.min ?? -Infinity) && value <= (input.max ?? Infinity);
}

function expectation(input: WorkflowInput): string {
  switch (input.type) {
    case "image":
      return "the UUID of an image";
    case "mask":
      return "the UUID of a mask";
    case "text":
      return `a text of at most ${LONGEST_TEXT} characters`;
    case "boolean":
      return "true or false";
    case "choice":
      return `one of ${input.choices.join(", ")}`;
    case "number":
      return `a number${bounds(input.min, input.max)}`;
    case "integer":
      return `a whole number${bounds(input.min, input.max)}`;
  }
}

function bounds(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` from ${min}`;
  return max === undefined ? "" : ` up to ${max}`;
}
