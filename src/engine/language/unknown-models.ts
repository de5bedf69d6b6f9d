import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import type { FieldPath } from "./faults.ts";
import { stepsOf } from "./field-texts.ts";

/** Why a model cannot be had here; null where it can. */
export type ModelRefusal = (models: "detectors" | "inpainters", name: string) => string | null;

interface UnknownModel {
  readonly path: FieldPath;
  readonly message: string;
}

const MODELS_OF = new Map<JsonValue | undefined, "detectors" | "inpainters">([
  ["imageMasking", "detectors"],
  ["imageInference", "inpainters"],
]);

/**
 * The models that the steps of a document name and that are not to be had, however much else is wrong with it: what is
 * executed is resolved in full, this is for texts that are not. Of a list one suffices; what an expression yields, and
 * what another provider has, is not asked about.
 */
export function findUnknownModels(document: JsonValue, refusalOf: ModelRefusal): readonly UnknownModel[] {
  return stepsOf(document).flatMap(({ step, path }) => {
    const models = MODELS_OF.get(step["task"]);
    if (models === undefined || !isLocal(step["provider"])) return [];
    return namedModels(step).flatMap(({ field, value }) => {
      const refusals = namesIn(value).map((name) => refusalOf(models, name));
      const [first] = refusals;
      if (first === undefined || first === null || refusals.includes(null)) return [];
      return [{ path: [...path, ...field], message: refusals.join("; ") }];
    });
  });
}

const isLocal = (provider: JsonValue | undefined): boolean =>
  provider === undefined || provider === "auto" || provider === "local";

function namedModels(step: JsonObject): readonly { readonly field: FieldPath; readonly value: JsonValue }[] {
  const rules = Array.isArray(step["rules"]) ? step["rules"] : [];
  const fields: FieldPath[] = [
    ["model"],
    ["onEmpty", "fallback"],
    ...(isJsonObject(step["fallback"]) && isLocal(step["fallback"]["provider"])
      ? [["fallback", "model"]]
      : []),
    ...rules.map((_rule, at) => ["rules", at, "model"]),
  ];
  return fields.flatMap((field) => {
    const value = field.reduce<JsonValue | undefined>((inner, part) => {
      if (typeof part === "number") return Array.isArray(inner) ? inner[part] : undefined;
      return isJsonObject(inner) ? inner[part] : undefined;
    }, step);
    return value === undefined ? [] : [{ field, value }];
  });
}

function namesIn(value: JsonValue): readonly string[] {
  const all: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  const names = all.filter((name): name is string => typeof name === "string");
  const isPlain = names.length === all.length && !names.some((name) => name.includes("${"));
  return isPlain ? names : [];
}
