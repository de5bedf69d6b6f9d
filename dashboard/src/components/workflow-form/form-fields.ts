import type { WorkflowInput } from "../../../../src/contracts/workflow.ts";

export type FormValue = string | number | boolean | null;

/** What was typed or chosen, by the name of the input. An input that nobody touched is not in it. */
export type FormTexts = Readonly<Record<string, string>>;

/** One input of a workflow as one control of a form. */
export interface FormField {
  readonly name: string;
  readonly kind: WorkflowInput["type"];
  readonly help: string | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Empty where any value can be given. */
  readonly choices: readonly (string | number)[];
  /** What holds where nothing is given; null = not given, undefined = it must be given. */
  readonly preset: FormValue | undefined;
  /** What the control shows before anything is typed. */
  readonly start: FormValue | undefined;
  /** Characters of a text at most. */
  readonly longest?: number;
  /** What a text has to match; `help` says it in words. */
  readonly pattern?: string;
}

/** What the form is good for: values as the API takes them, or what is wrong, by name. */
export interface FormReading {
  /** Only what differs from the workflow's own defaults. */
  readonly values: Readonly<Record<string, FormValue>>;
  readonly faults: Readonly<Record<string, string>>;
}

/** Name of the input that each picture of a run or batch goes into: the first image. Null where the workflow has none. */
export function pictureInput(inputs: Readonly<Record<string, WorkflowInput>>): string | null {
  return Object.keys(inputs).find((name) => inputs[name]?.type === "image") ?? null;
}

/** Every input but the one that the picture goes into, in the order of the workflow. */
export function formFields(inputs: Readonly<Record<string, WorkflowInput>>): readonly FormField[] {
  const picture = pictureInput(inputs);
  return Object.entries(inputs).flatMap(([name, input]) =>
    name === picture ? [] : [formField(name, input)],
  );
}

/** One input, with the workflow's own default in its control. */
export function formField(name: string, input: WorkflowInput): FormField {
  const preset = "default" in input ? input.default : undefined;
  return {
    name,
    kind: input.type,
    help: input.help,
    min: "min" in input ? input.min : undefined,
    max: "max" in input ? input.max : undefined,
    choices: "choices" in input ? input.choices : [],
    preset,
    start: preset,
  };
}

/** What a control shows: what was typed, else what it starts with. */
export function textOf({ name, start }: FormField, texts: FormTexts): string {
  return texts[name] ?? String(start ?? "");
}

/** Checks what was typed as the server will. */
export function readForm(fields: readonly FormField[], texts: FormTexts): FormReading {
  const values: Record<string, FormValue> = {};
  const faults: Record<string, string> = {};
  for (const field of fields) {
    const value = readField(field, textOf(field, texts));
    if (value === undefined) faults[field.name] = faultOf(field);
    else if (value !== field.preset) values[field.name] = value;
  }
  return { values, faults };
}

type Reader = (text: string, field: FormField) => FormValue | undefined;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const readUuid: Reader = (text) => (UUID.test(text.trim()) ? text.trim().toLowerCase() : undefined);

const readNumber: Reader = (text, { min = -Infinity, max = Infinity }) => {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) && number >= min && number <= max ? number : undefined;
};

const READERS: Readonly<Record<FormField["kind"], Reader>> = {
  text: (text, { longest = Infinity, pattern = "" }) =>
    text.length <= longest && new RegExp(pattern, "u").test(text) ? text : undefined,
  number: readNumber,
  integer: (text, field) => {
    const number = readNumber(text, field);
    return Number.isInteger(number) ? number : undefined;
  },
  boolean: (text) => (text === "true" ? true : text === "false" ? false : undefined),
  choice: (text, { choices }) => choices.find((choice) => String(choice) === text),
  image: readUuid,
  mask: readUuid,
};

/** Undefined where it is none that the input takes. */
export function readField(field: FormField, text: string): FormValue | undefined {
  if (text === "" && field.preset === null) return null;
  return READERS[field.kind](text, field);
}

/** What is said at a field whose value cannot be read. */
export function faultOf(field: FormField): string {
  return `Expected ${expectationOf(field)}.`;
}

function expectationOf({ kind, min, max, choices, longest, pattern, help }: FormField): string {
  if (kind === "image" || kind === "mask") return `the UUID of a stored ${kind}`;
  if (kind === "boolean") return "yes or no";
  if (kind === "choice") return `one of ${choices.join(", ")}`;
  if (kind === "text" && pattern !== undefined) return `a text of this form: ${help ?? pattern}`;
  if (kind === "text") return longest === undefined ? "a text" : `a text of 1 to ${longest} characters`;
  const bounds = [min === undefined ? "" : `at least ${min}`, max === undefined ? "" : `at most ${max}`];
  const what = kind === "integer" ? "a whole number" : "a number";
  return [what, ...bounds.filter((bound) => bound !== "")].join(", ");
}
