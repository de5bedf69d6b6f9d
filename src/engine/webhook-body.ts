import type { Workflow } from "../contracts/workflow.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { MaskloomError } from "../errors.ts";
import { evaluateTemplate } from "./language/template.ts";
import type { Scope } from "./language/value.ts";
import { plainImage } from "./scope.ts";

/** What a webhook tells: as its step writes it, images as their UUIDs; else which run it is and what came out so far. */
export function withBody(
  { workflow, scope }: { readonly workflow: Workflow; readonly scope: Scope },
  step: WorkflowStep,
  evaluated: Record<string, unknown>,
): Record<string, unknown> {
  if (step.task !== "webhook") return evaluated;
  const body = (step.body ?? null) === null ? whatCameOut(workflow, scope) : toldValue(evaluated["body"]);
  return { ...evaluated, body };
}

function whatCameOut({ output, outputs }: Workflow, scope: Scope) {
  const all = outputs ?? (output === undefined ? {} : { image: output });
  const known = Object.entries(all).map(([name, reference]) => [name, outputSoFar(reference, scope)]);
  const { run } = scope;
  const { uuid, batch, file } = run as {
    readonly uuid: string;
    readonly batch: string;
    readonly file: string;
  };
  return { runUUID: uuid, batchUUID: batch, file, outputs: Object.fromEntries(known) };
}

/** Null where the step that makes it is not done, or cannot make it any more. */
function outputSoFar(reference: string, scope: Scope): unknown {
  try {
    return toldValue(evaluateTemplate(reference, scope));
  } catch (error) {
    if (error instanceof MaskloomError) return null;
    throw error;
  }
}

/** In JSON nothing is absent: what is, is told as null. */
function toldValue(value: unknown): unknown {
  const plain = plainImage(value);
  if (Array.isArray(plain)) return plain.map(toldValue);
  if (typeof plain !== "object" || plain === null) return plain ?? null;
  return Object.fromEntries(Object.entries(plain).map(([name, item]) => [name, toldValue(item)]));
}
