import type { JsonObject } from "../contracts/json.ts";
import { MaskloomError } from "../errors.ts";
import { evaluateTemplate } from "./language/template.ts";
import { chooseModel, type ResolvedModel, type ResolvedWay } from "./resolved-workflow.ts";

/**
 * The model that a step will get as far as the inputs tell it before anything has run: what a picture's file asks for is
 * part of its content anyway. Other models that are to be had make no difference, so that work stays done when one is added.
 */
export function expectedModel(step: ResolvedWay, id: string, inputs: JsonObject): ResolvedModel {
  if (step.modelExpression === undefined) return step;
  try {
    return chooseModel(step, id, evaluateTemplate(step.modelExpression, { inputs }));
  } catch (error) {
    if (error instanceof MaskloomError) return step;
    throw error;
  }
}
