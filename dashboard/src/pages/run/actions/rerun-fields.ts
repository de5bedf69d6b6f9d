import type { RunWorkflow } from "../../../../../src/contracts/api.ts";
import type { RunDetail } from "../../../../../src/contracts/run.ts";

/** One control of the form that makes a run anew. */
export interface RerunField {
  /** An input of the workflow, or a field of the step. */
  readonly of: "inputs" | "step";
  readonly name: string;
  readonly kind: "text" | "number" | "integer" | "boolean" | "choice";
  readonly help: string | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly choices: readonly (string | number)[];
  /** Null = not given. */
  readonly value: string | number | boolean | null;
  readonly isOptional: boolean;
}

type Scalar = string | number | boolean;

/** Fields that say what a step is or where its pictures come from; editing those is another workflow. */
const FIXED = new Set([
  "id",
  "task",
  "inputImage",
  "seedImage",
  "maskImage",
  "image",
  "within",
  "base",
  "over",
]);

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
    if (!isRecord(declaration) || !isKind(declaration["type"])) return [];
    const given = name in inputs ? inputs[name] : declaration["default"];
    return [
      {
        of: "inputs" as const,
        name,
        kind: declaration["type"],
        help: typeof declaration["help"] === "string" ? declaration["help"] : undefined,
        min: numberOr(declaration["min"]),
        max: numberOr(declaration["max"]),
        choices: Array.isArray(declaration["choices"]) ? (declaration["choices"] as (string | number)[]) : [],
        value: isScalar(given) ? given : null,
        isOptional: "default" in declaration,
      },
    ];
  });
}

/** What a step says literally and with one value: numbers, texts, switches. Expressions follow the inputs instead. */
export function stepFields({ document }: Pick<RunWorkflow, "document">, id: string): readonly RerunField[] {
  const step = stepNamed(document, id);
  if (step === undefined) return [];
  return Object.entries(step).flatMap(([name, value]) => {
    if (FIXED.has(name) || !isScalar(value)) return [];
    if (typeof value === "string" && value.includes("${")) return [];
    return [
      {
        of: "step" as const,
        name,
        kind: kindOf(value),
        help: undefined,
        min: undefined,
        max: undefined,
        choices: [],
        value,
        isOptional: false,
      },
    ];
  });
}

/** What was typed, as the value it stands for. `undefined` where it is none. */
export function readField(field: RerunField, text: string): Scalar | null | undefined {
  if (text === "" && field.kind === "text" && !field.isOptional) return "";
  if (text === "") return field.isOptional ? null : undefined;
  if (field.kind === "text") return text;
  if (field.kind === "boolean") return text === "true";
  if (field.kind === "choice") return field.choices.find((choice) => String(choice) === text);
  const number = Number(text);
  const isWrong = !Number.isFinite(number) || (field.kind === "integer" && !Number.isInteger(number));
  const isOutside = number < (field.min ?? number) || number > (field.max ?? number);
  return isWrong || isOutside ? undefined : number;
}

/** Only what differs, as the API takes it. */
export function changesOf(
  values: ReadonlyMap<RerunField, Scalar | null>,
  step: string | null,
): { inputs?: Record<string, Scalar | null>; steps?: Record<string, Record<string, Scalar | null>> } {
  const differing = [...values].filter(([field, value]) => value !== field.value);
  const of = (kind: RerunField["of"]) =>
    Object.fromEntries(
      differing.flatMap(([field, value]) => (field.of === kind ? [[field.name, value]] : [])),
    );
  const inputs = of("inputs");
  const edits = of("step");
  return {
    ...(Object.keys(inputs).length === 0 ? {} : { inputs }),
    ...(step === null || Object.keys(edits).length === 0 ? {} : { steps: { [step]: edits } }),
  };
}

function stepNamed(document: RunWorkflow["document"], id: string | null) {
  const steps = Array.isArray(document["steps"]) ? (document["steps"] as unknown[]) : [];
  return steps.filter(isRecord).find((step) => step["id"] === id);
}

function kindOf(value: Scalar): RerunField["kind"] {
  if (typeof value === "boolean") return "boolean";
  return typeof value === "number" ? "number" : "text";
}

function isKind(type: unknown): type is RerunField["kind"] {
  return ["text", "number", "integer", "boolean", "choice"].includes(String(type));
}

function isScalar(value: unknown): value is Scalar {
  return ["string", "number", "boolean"].includes(typeof value);
}

function numberOr(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
