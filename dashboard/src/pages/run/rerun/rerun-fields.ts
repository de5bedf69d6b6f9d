import type { RerunRun } from "../../../../../src/contracts/actions.ts";
import type { RunWorkflow } from "../../../../../src/contracts/api.ts";
import type { RunDetail } from "../../../../../src/contracts/run.ts";
import type { WorkflowInput } from "../../../../../src/contracts/workflow.ts";
import {
  type FormField,
  type FormValue,
  formField,
  readField,
} from "../../../components/workflow-form/form-fields.ts";

/** One control of the form that makes a run anew. It starts with what the run has. */
export interface RerunField extends FormField {
  /** An input of the workflow, or a field of the step. */
  readonly of: "inputs" | "step";
  /** Of a step: the field, or one within it (`select`, `take`). */
  readonly path: readonly string[];
  /** What it means where the control is empty. */
  readonly whenEmpty: string | undefined;
}

/** What the API takes: values that differ. Null takes a field of a step away. */
export interface RerunChanges {
  readonly inputs?: Record<string, FormValue>;
  readonly steps?: RerunRun["steps"];
}

type StepEdits = RerunRun["steps"][string];

/**
 * The workflow's inputs but its pictures, with the values of the run, else the defaults.
 * @param step those that it names come first
 */
export function inputFields(
  { document }: Pick<RunWorkflow, "document">,
  { inputs }: Pick<RunDetail, "inputs">,
  step: string | null = null,
): readonly RerunField[] {
  const declared = isRecord(document["inputs"]) ? document["inputs"] : {};
  const text = JSON.stringify(stepNamed(document, step)) ?? "";
  const isNamed = ([name]: readonly [string, unknown]) => new RegExp(`\\binputs\\.${name}\\b`).test(text);
  const entries = Object.entries(declared);
  const ordered = [...entries.filter(isNamed), ...entries.filter((entry) => !isNamed(entry))];
  return ordered.flatMap(([name, declaration]) => {
    if (!isInput(declaration) || declaration.type === "image" || declaration.type === "mask") return [];
    const field = formField(name, declaration);
    const given = inputs[name];
    const start = isScalar(given) ? given : (field.preset ?? null);
    return [{ ...field, of: "inputs" as const, path: [name], start, whenEmpty: emptyInput(field) }];
  });
}

/** The server has checked the document: what has a type is an input. */
function isInput(declaration: unknown): declaration is WorkflowInput {
  return isRecord(declaration) && typeof declaration["type"] === "string";
}

function emptyInput({ kind, preset }: FormField): string | undefined {
  if (preset === null) return "not given";
  if (preset === undefined) return kind === "text" ? "an empty text" : undefined;
  return preset === "" ? "an empty text" : `default: ${preset}`;
}

/** The value that is typed or chosen; of an empty control what holds without one. `undefined` where it is none. */
export function readEdit(field: RerunField, text: string): FormValue | undefined {
  if (text.trim() !== "") return readField(field, text);
  const mayBeEmpty = field.of === "inputs" && field.kind === "text" && field.preset === undefined;
  return mayBeEmpty ? "" : field.preset;
}

/**
 * Only what differs, as the API takes it.
 * @param step the one whose fields were edited, with what it says now: a field within another is sent with all of that one
 */
export function changesOf(
  values: ReadonlyMap<RerunField, FormValue>,
  { document }: Pick<RunWorkflow, "document">,
  step: string | null,
): RerunChanges {
  const differing = [...values].filter(([field, value]) => isChanged(field, value));
  const inputs = Object.fromEntries(
    differing.flatMap(([{ of, name }, value]) => (of === "inputs" ? [[name, value]] : [])),
  );
  const said = stepNamed(document, step) ?? {};
  const edits: StepEdits = {};
  for (const [{ of, path }, value] of differing) {
    const [outer, inner] = path;
    if (of !== "step" || outer === undefined) continue;
    edits[outer] = inner === undefined ? value : within(edits[outer] ?? said[outer], inner, value);
  }
  return {
    ...(Object.keys(inputs).length === 0 ? {} : { inputs }),
    ...(step === null || Object.keys(edits).length === 0 ? {} : { steps: { [step]: edits } }),
  };
}

export function isChanged({ start }: RerunField, value: FormValue): boolean {
  return value !== (start ?? null);
}

/** Null where nothing is left of it. */
function within(before: unknown, name: string, value: FormValue): StepEdits | null {
  const entries = Object.entries({ ...(isRecord(before) ? (before as StepEdits) : {}), [name]: value });
  const left = entries.filter(([, one]) => one !== null);
  return left.length === 0 ? null : Object.fromEntries(left);
}

export function stepNamed(
  document: RunWorkflow["document"],
  id: string | null,
): Readonly<Record<string, unknown>> | undefined {
  const steps = Array.isArray(document["steps"]) ? (document["steps"] as unknown[]) : [];
  return steps.filter(isRecord).find((step) => step["id"] === id);
}

export function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
