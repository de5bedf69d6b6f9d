import type { JsonValue } from "../contracts/json.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { MaskloomError } from "../errors.ts";
import { chosenWay } from "./chosen-way.ts";
import { evaluateTemplate } from "./language/template.ts";
import type { Scope } from "./language/value.ts";
import { chooseModel, type ResolvedModel, type ResolvedWorkflow, resolvedStep } from "./resolved-workflow.ts";

const NOT_TO_BE_HAD: ReadonlySet<string> = new Set(["MODEL_UNAVAILABLE", "PROVIDER_UNAVAILABLE"]);

interface Asking {
  readonly resolved: ResolvedWorkflow;
  readonly scope: Scope;
}

/**
 * The model that a step asks for, for this picture and element.
 * @param ruled what the rule in force says instead
 * @throws MODEL_UNAVAILABLE or PROVIDER_UNAVAILABLE where it was not to be had when the batch began
 */
export function askedModel(
  { resolved, scope }: Asking,
  { id }: WorkflowStep,
  ruled: JsonValue | undefined,
): ResolvedModel {
  const own = chosenWay(resolvedStep(resolved, id), id, scope);
  const wanted = ruled ?? own.modelExpression;
  return chooseModel(own, id, wanted === undefined ? undefined : evaluateTemplate(wanted, scope));
}

/** The same, but null where it is not to be had. */
export function askedModelIfThere(
  asking: Asking,
  step: WorkflowStep,
  ruled: JsonValue | undefined,
): ResolvedModel | null {
  try {
    return askedModel(asking, step, ruled);
  } catch (error) {
    if (error instanceof MaskloomError && NOT_TO_BE_HAD.has(error.code)) return null;
    throw error;
  }
}
