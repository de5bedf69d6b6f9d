import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import type { FieldPath } from "./faults.ts";

/** A text of a workflow in which expressions are looked for; a bare one is an expression without braces. */
export interface FieldText {
  readonly path: FieldPath;
  readonly text: string;
  readonly bare: boolean;
}

/** Fields of a step that govern the engine: no expression is evaluated in them. */
const LITERAL_FIELDS: ReadonlySet<string> = new Set([
  "id",
  "task",
  "as",
  "needs",
  "cache",
  "retries",
  "timeout",
  "onError",
  "workflow",
]);

/** The texts of a step or of the defaults, deep, in the order they are written. */
export function stepTexts(step: JsonObject, path: FieldPath): readonly FieldText[] {
  return Object.entries(step)
    .filter(([name]) => !LITERAL_FIELDS.has(name))
    .flatMap(([name, value]) => textsIn(value, [...path, name]));
}

/** A copy of a step in which every text of `stepTexts` is what `rewrite` makes of it. */
export function mapStepTexts(step: JsonObject, rewrite: (field: FieldText) => JsonValue): JsonObject {
  const entries = Object.entries(step).map(([name, value]) => [
    name,
    LITERAL_FIELDS.has(name) ? value : mapTexts(value, [name], rewrite),
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

/** A copy of a value in which every text is what `rewrite` makes of it. */
export function mapTexts(
  value: JsonValue,
  path: FieldPath,
  rewrite: (field: FieldText) => JsonValue,
): JsonValue {
  if (typeof value === "string") return rewrite({ path, text: value, bare: isBare(path) });
  if (Array.isArray(value))
    return value.map((item: JsonValue, index) => mapTexts(item, [...path, index], rewrite));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => [
    name,
    mapTexts(item, [...path, name], rewrite),
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

export function textsIn(value: JsonValue | undefined, path: FieldPath): readonly FieldText[] {
  if (typeof value === "string") return [{ path, text: value, bare: isBare(path) }];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue, index) => textsIn(item, [...path, index]));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => textsIn(item, [...path, name]));
}

/** `rules[…].when` and `select.where`, at whatever depth they stand. */
function isBare(path: FieldPath): boolean {
  const [last, before, above] = [path.at(-1), path.at(-2), path.at(-3)];
  return (
    (last === "when" && typeof before === "number" && above === "rules") ||
    (last === "where" && before === "select")
  );
}

/** The steps of a document as far as they are mappings, with their place. */
export function stepsOf(
  document: JsonValue,
): readonly { readonly step: JsonObject; readonly path: FieldPath }[] {
  const steps = isJsonObject(document) ? document["steps"] : undefined;
  if (!Array.isArray(steps)) return [];
  return steps.flatMap((step: JsonValue, index) =>
    isJsonObject(step) ? [{ step, path: ["steps", index] }] : [],
  );
}
