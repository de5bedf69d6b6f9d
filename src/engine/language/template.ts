import { isJsonObject, type JsonValue } from "../../contracts/json.ts";
import { MaskloomError } from "../../errors.ts";
import { evaluateExpression, type OnAbsent } from "./evaluate-expression.ts";
import type { ExpressionNode } from "./expression.ts";
import { parseExpression } from "./parse-expression.ts";
import { describeValue, type Scope, type Value } from "./value.ts";

/* A template is any text of a workflow: `${…}` in it is an expression, `$${` stands for the characters `${`. */

export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "expression";
      readonly node: ExpressionNode;
      readonly from: number;
      readonly to: number;
    };

export type ParsedTemplate =
  | { readonly ok: true; readonly parts: readonly TemplatePart[] }
  | { readonly ok: false; readonly fault: string; readonly at: number };

/** The texts and expressions of a template; `from`, `to` and `at` are indices into `text`. Never throws. */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  let literal = "";
  let at = 0;
  while (at < text.length) {
    if (text.startsWith("$${", at)) {
      literal += "${";
      at += 3;
    } else if (text.startsWith("${", at)) {
      const parsed = parseExpression(text, at + 2, true);
      if (!parsed.ok) return parsed;
      if (literal !== "") parts.push({ kind: "text", text: literal });
      literal = "";
      parts.push({ kind: "expression", node: parsed.node, from: at, to: parsed.end });
      at = parsed.end;
    } else literal += text[at++];
  }
  if (literal !== "") parts.push({ kind: "text", text: literal });
  return { ok: true, parts };
}

/** The expression of a text that is one `${…}` and nothing else (spaces around it aside); null for any other text. */
export function wholeExpression(parts: readonly TemplatePart[]): ExpressionNode | null {
  const telling = parts.filter((part) => part.kind === "expression" || part.text.trim() !== "");
  const [only] = telling;
  return telling.length === 1 && only?.kind === "expression" ? only.node : null;
}

/**
 * A value of a workflow with every expression in it worked out, at any depth.
 * A text that is one `${…}` becomes the expression's value, of whatever type; in any other text each `${…}` is written
 * out: numbers and booleans as such, null as nothing, and what is absent makes the whole text absent.
 *
 * `undefined` = ABSENT, at the top or as a property of a record (the property is there, its value is undefined); in a
 * list an absent item is left out. Null is a value and stays null. `onAbsent` hears which paths were absent, also those
 * that a `??` then replaced.
 * @throws MaskloomError WORKFLOW_INVALID for a text that is no template, INPUT_INVALID where values do not fit.
 */
export function evaluateTemplate(value: JsonValue, scope: Scope, onAbsent?: OnAbsent): Value {
  if (typeof value === "string") return evaluateText(value, scope, onAbsent);
  if (Array.isArray(value)) {
    return value.flatMap((item: JsonValue) => {
      const result = evaluateTemplate(item, scope, onAbsent);
      return result === undefined ? [] : [result];
    });
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, evaluateTemplate(item, scope, onAbsent)]);
  return Object.fromEntries(entries) as Value;
}

function evaluateText(text: string, scope: Scope, onAbsent: OnAbsent | undefined): Value {
  if (!text.includes("${")) return text;
  const parsed = parseTemplate(text);
  if (!parsed.ok)
    throw new MaskloomError("WORKFLOW_INVALID", `"${text}": character ${parsed.at + 1}: ${parsed.fault}`);
  const whole = wholeExpression(parsed.parts);
  if (whole) return evaluateIn(text, whole, scope, onAbsent);
  let written = "";
  for (const part of parsed.parts) {
    const value = part.kind === "text" ? part.text : evaluateIn(text, part.node, scope, onAbsent);
    if (value === undefined) return undefined;
    written += writeOut(text, value);
  }
  return written;
}

function evaluateIn(text: string, node: ExpressionNode, scope: Scope, onAbsent: OnAbsent | undefined): Value {
  try {
    return evaluateExpression(node, scope, onAbsent);
  } catch (error) {
    if (error instanceof MaskloomError) throw new MaskloomError(error.code, `"${text}": ${error.message}`);
    throw error;
  }
}

function writeOut(text: string, value: JsonValue): string {
  if (value === null) return "";
  if (typeof value !== "object") return String(value);
  throw new MaskloomError(
    "INPUT_INVALID",
    `"${text}": expected a text or a number to write, received ${describeValue(value)}`,
  );
}
