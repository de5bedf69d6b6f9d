import type { JsonObject } from "../contracts/json.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { MaskloomError } from "../errors.ts";
import { evaluateExpression } from "./language/evaluate-expression.ts";
import { parseExpression } from "./language/parse-expression.ts";
import { evaluateTemplate } from "./language/template.ts";
import { describeValue, type Scope, type Value } from "./language/value.ts";

/* What a step does differently for some pictures or some elements: its `if` and its `rules`. */

/** The rule that holds: what it overrides, and whether it says to skip. */
export interface RuleInForce {
  /** As it is told: `rules[2] (face.area < 0.004)`. Lists count from 0 there, as in JSON. */
  readonly name: string;
  readonly skip: boolean;
  /** Of its own, so that it is taken as it stands. */
  readonly fields: JsonObject;
}

/** The first rule whose `when` holds; one without `when` always does. Null where none holds. */
export function ruleInForce(step: WorkflowStep, scope: Scope): RuleInForce | null {
  const rules = "rules" in step ? (step.rules ?? []) : [];
  for (const [place, { when, skip = false, ...fields }] of rules.entries()) {
    if (when !== undefined && !holds(evaluateBare(when, scope), `rules[${place}].when`)) continue;
    const name = when === undefined ? `rules[${place}]` : `rules[${place}] (${when})`;
    /* The document came from JSON or YAML: whatever stands in it is JSON. */
    return { name, skip, fields: fields as JsonObject };
  }
  return null;
}

/** Why a step does not run, or null where its condition holds or there is none. */
export function unmetCondition({ if: condition }: WorkflowStep, scope: Scope): string | null {
  if (condition === undefined) return null;
  if (holds(evaluateTemplate(condition, scope), "if")) return null;
  return `its condition does not hold: if: ${condition}`;
}

/** An expression that stands without braces. */
function evaluateBare(text: string, scope: Scope): Value {
  const parsed = parseExpression(text);
  if (!parsed.ok)
    throw new MaskloomError("WORKFLOW_INVALID", `"${text}": character ${parsed.at + 1}: ${parsed.fault}`);
  return evaluateExpression(parsed.node, scope);
}

/** Null and what is absent count as false, as they do in expressions. */
function holds(value: Value, field: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "boolean") return value;
  throw new MaskloomError(
    "INPUT_INVALID",
    `${field}: expected true or false, received ${describeValue(value)}`,
  );
}
