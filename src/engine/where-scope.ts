import { isJsonObject, type JsonObject, type JsonValue } from "../contracts/json.ts";
import { evaluateExpression } from "./language/evaluate-expression.ts";
import type { PathPart } from "./language/expression.ts";
import { readText } from "./language/references.ts";
import type { Scope } from "./language/value.ts";
import { DETECTION_FIELDS } from "./language/yields.ts";

/**
 * What the outer names of a `select.where` stand for, such as `{ inputs: { least: 0.4 } }`: a task's parameters hold
 * values, and nothing of a run but what decides its result, so that another run with the same values finds it cached.
 * An item of a list stands under its 1-based number. What is absent is left out. Null where nothing outer is named.
 */
export function whereScopeOf(where: string, scope: Scope): JsonObject | null {
  const read = readText({ path: ["select", "where"], text: where, bare: true });
  const paths = (read.ok ? read.references : [])
    .map(({ path }) => path)
    .filter(([root]) => typeof root === "string" && !Object.hasOwn(DETECTION_FIELDS, root));
  if (paths.length === 0) return null;
  /* The longest first: what a shorter one yields holds what the longer ones say as well. */
  const longestFirst = paths.toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce<JsonObject>((values, path) => {
    const value = evaluateExpression({ kind: "path", at: 0, path }, scope);
    return value === undefined ? values : withValue(values, path, value);
  }, {});
}

function withValue(values: JsonObject, [name, ...rest]: readonly PathPart[], value: JsonValue): JsonObject {
  const key = String(name);
  if (rest.length === 0) return { ...values, [key]: value };
  const inner = Object.hasOwn(values, key) ? values[key] : undefined;
  return { ...values, [key]: withValue(isJsonObject(inner) ? inner : {}, rest, value) };
}
