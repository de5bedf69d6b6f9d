import type { Workflow } from "../contracts/workflow.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { type ErrorCode, MaskloomError } from "../errors.ts";
import { suggestion } from "../nearest-name.ts";
import { chosenWayIfThere, howToHaveOthers, namesInput } from "./chosen-way.ts";
import { readText } from "./language/references.ts";
import { evaluateTemplate } from "./language/template.ts";
import type { Scope } from "./language/value.ts";
import {
  chooseModel,
  type ResolvedStep,
  type ResolvedWay,
  type ResolvedWorkflow,
  reasonsAmong,
  refusalAmong,
  whyNoModel,
} from "./resolved-workflow.ts";
import { unmetCondition } from "./rules.ts";

interface Refusal {
  readonly field: "provider" | "model";
  readonly code: ErrorCode;
  readonly message: string;
}

interface Scrutiny {
  /** Inputs that single pictures give: steps that they have a say in are found out with those pictures. */
  readonly named?: Iterable<string>;
  /** Steps that are carried out at all; default: every one. */
  readonly isCarriedOut?: (id: string) => boolean;
}

/**
 * Before a run, or a whole batch, begins: the provider and the model that its inputs choose must be here, as those that a
 * workflow names must. What a picture's file may have a say in is found out with that picture, as is a step that has a fallback, that may
 * be left out or fail by what the workflow says, or that these inputs leave out.
 * @throws PROVIDER_UNAVAILABLE, or why its model is not to be had there, naming all the steps at fault
 */
export function refuseUnavailable(
  { workflow, resolved }: { readonly workflow: Workflow; readonly resolved: ResolvedWorkflow },
  inputs: Scope[string],
  { named = [], isCarriedOut = () => true }: Scrutiny = {},
): void {
  const scope: Scope = { inputs };
  const refusals = new Map<string, { readonly code: ErrorCode; readonly places: string[] }>();
  for (const written of workflow.steps) {
    const { id, onError = workflow.defaults?.onError ?? "fail" } = written;
    const step = resolved.steps[id];
    if (step === undefined || onError !== "fail" || !isCarriedOut(id) || dependsOn(written, named)) continue;
    const refusal = faultOf(step, id, scope) ?? modelFault(written, { step, scope, named });
    if (refusal === null || mayBeLeftOut(written, scope)) continue;
    const { code, message, field } = refusal;
    const { places } = refusals.get(message) ?? { places: [] };
    refusals.set(message, { code, places: [...places, `steps.${id}.${field}`] });
  }
  const [first] = refusals.values();
  if (first === undefined) return;
  const lines = [...refusals].map(([message, { places }]) => `${places.join(", ")}: ${message}`);
  throw new MaskloomError(first.code, lines.join("\n"));
}

function faultOf(step: ResolvedStep, id: string, scope: Scope): Refusal | null {
  const { providerExpression, variants = {}, fallback } = step;
  if (providerExpression === undefined || fallback !== undefined) return null;
  if (!isOfInputsAlone(providerExpression) || chosenWayIfThere(step, id, scope) !== null) return null;
  const wanted = evaluateTemplate(providerExpression, scope);
  if (wanted === undefined || wanted === null) return null;
  const names: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  const codes = names.flatMap((name) => refusalAmong(step.refusals, name)?.code ?? []);
  const here = Object.keys(variants);
  const reasons = reasonsAmong(step.refusals, names);
  const meant = suggestion(String(names[0]), here);
  const received = `expected ${here.join(" or ")}, received ${chosenBy(names, providerExpression)}`;
  return {
    field: "provider",
    code: names.length === 1 ? (codes[0] ?? "PROVIDER_UNAVAILABLE") : "PROVIDER_UNAVAILABLE",
    message: `${received}${reasons}${reasons.includes(meant) ? "" : meant}${howToHaveOthers(step, names)}`,
  };
}

interface ModelQuestion {
  readonly step: ResolvedStep;
  readonly scope: Scope;
  readonly named: Iterable<string>;
}

/** The same of the model, where neither a rule nor a picture has a say in it. */
function modelFault(written: WorkflowStep, { step, scope, named }: ModelQuestion): Refusal | null {
  if (rulesOf(written).some(({ model }) => model !== undefined)) return null;
  if (step.providerExpression !== undefined && !isOfInputsAlone(step.providerExpression)) return null;
  const way = chosenWayIfThere(step, written.id, scope);
  if (way?.modelExpression === undefined || way.fallback !== undefined) return null;
  const { modelExpression } = way;
  if (!isOfInputsAlone(modelExpression) || namesInput(modelExpression, named)) return null;
  const wanted = evaluateTemplate(modelExpression, scope);
  if (wanted === undefined || wanted === null || isModelHere(way, written.id, wanted)) return null;
  const names: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  return {
    field: "model",
    code: "MODEL_UNAVAILABLE",
    message: `${chosenBy(names, modelExpression)}, is not to be had${whyNoModel(way, names)}`,
  };
}

function isModelHere(way: ResolvedWay, id: string, wanted: unknown): boolean {
  try {
    chooseModel(way, id, wanted);
    return true;
  } catch (error) {
    if (error instanceof MaskloomError) return false;
    throw error;
  }
}

const chosenBy = (names: readonly unknown[], expression: string): string =>
  `${names.map((name) => JSON.stringify(name)).join(", ")}, chosen by ${expression}`;

/** Values of inputs, and not what stands in a picture's file or comes of a step. */
function isOfInputsAlone(text: string): boolean {
  const read = readText({ path: [], text, bare: false });
  return read.ok && read.references.every(({ path }) => path[0] === "inputs" && path.length === 2);
}

/** Whether, and where, it is carried out. */
function dependsOn(step: WorkflowStep, named: Iterable<string>): boolean {
  const provider = "provider" in step ? step.provider : null;
  return namesInput(JSON.stringify([step.if, rulesOf(step), provider]), named);
}

const rulesOf = (step: WorkflowStep) => ("rules" in step ? (step.rules ?? []) : []);

/** For some pictures or for all: what a step finds, or a file carries, is not known yet. */
function mayBeLeftOut(step: WorkflowStep, scope: Scope): boolean {
  if (rulesOf(step).some(({ skip }) => skip === true)) return true;
  if (step.if === undefined) return false;
  return !isOfInputsAlone(String(step.if)) || unmetCondition(step, scope) !== null;
}
