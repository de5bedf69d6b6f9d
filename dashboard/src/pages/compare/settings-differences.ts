import type { RunDetail, TaskView } from "../../../../src/contracts/run.ts";

/** One setting of which the two have different values. */
export interface SettingDifference {
  /** Id of a step; null = the run itself. */
  readonly step: string | null;
  /** Empty where the step was done on one side only. */
  readonly name: string;
  /** As people read it; null where there is none. */
  readonly left: string | null;
  readonly right: string | null;
}

type Compared = Pick<RunDetail, "workflow" | "workflowDigest" | "inputs"> & {
  readonly tasks: readonly Pick<TaskView, "step" | "element" | "provider" | "model" | "input">[];
};

/** Fields that say which pictures a step was given: those differ wherever anything before it does. */
const PICTURES = new Set([
  "seedImage",
  "inputImage",
  "maskImage",
  "image",
  "base",
  "over",
  "mask",
  "show",
  "original",
]);
const SHORT = 12;

/**
 * What was set otherwise, as it was when each step was executed: expressions and defaults are values by then. Of a list's
 * elements the first stands for all.
 */
export function settingsThatDiffer(left: Compared, right: Compared): readonly SettingDifference[] {
  const [one, other] = [settingsOf(left), settingsOf(right)];
  const names = [...new Set([...one.keys(), ...other.keys()])];
  const [done, alsoDone] = [stepsDone(left), stepsDone(right)];
  const isOnBoth = (step: string | null) => step === null || (done.has(step) && alsoDone.has(step));
  const onOne = [...new Set([...done, ...alsoDone])]
    .filter((step) => !isOnBoth(step))
    .map((step) => ({ step, name: "", left: saidOf(done.has(step)), right: saidOf(alsoDone.has(step)) }));
  const set = names.flatMap((key) => {
    const [a, b] = [one.get(key), other.get(key)];
    if (a?.text === b?.text || !isOnBoth((a ?? b)?.step ?? null)) return [];
    const { step, name } = a ?? b ?? { step: null, name: key };
    return [{ step, name, left: a?.text ?? null, right: b?.text ?? null }];
  });
  return [...set, ...onOne];
}

/** As it is written where a setting is meant: `detail.strength`. */
export function nameOf(step: string | null, name: string): string {
  return [step, name].filter((part) => part !== null && part !== "").join(".");
}

/** Of a step that was skipped nothing was set. */
function stepsDone({ tasks }: Compared): ReadonlySet<string> {
  return new Set(tasks.flatMap(({ step, input }) => (isRecord(input) ? [step] : [])));
}

function saidOf(isDone: boolean): string {
  return isDone ? "done" : "not done";
}

interface Setting {
  readonly step: string | null;
  readonly name: string;
  readonly text: string;
}

function settingsOf({ workflow, workflowDigest, inputs, tasks }: Compared): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>();
  /* Field by field, so that only those are told of which the values differ. */
  const add = (step: string | null, name: string, value: unknown): void => {
    if (isPicture(value)) return;
    if (isRecord(value) && Object.keys(value).length > 0) {
      for (const [field, one] of Object.entries(value)) add(step, `${name}.${field}`, one);
      return;
    }
    const text = textOf(value);
    if (text !== null) settings.set(`${step ?? ""} ${name}`, { step, name, text });
  };
  add(null, "workflow", workflow);
  add(null, "version", workflowDigest.replace(/^sha256:/, "").slice(0, SHORT));
  for (const [name, value] of Object.entries(inputs)) add(null, name, value);
  const seen = new Set<string>();
  const inOrder = [...tasks].sort((a, b) => Number(b.element !== null) - Number(a.element !== null));
  for (const { step, provider, model, input } of inOrder) {
    if (seen.has(step)) continue;
    seen.add(step);
    add(step, "provider", provider);
    add(step, "model", model);
    for (const [name, value] of Object.entries(isRecord(input) ? input : {}))
      if (!PICTURES.has(name) && name !== "model" && name !== "elements") add(step, name, value);
  }
  return settings;
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isPicture(value: unknown): boolean {
  return isRecord(value) && "uuid" in value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
