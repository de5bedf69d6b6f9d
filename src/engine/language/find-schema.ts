import { z } from "zod";
import { isJsonObject, type JsonObject, type JsonValue, ownValue } from "../../contracts/json.ts";
import { Workflow } from "../../contracts/workflow.ts";
import { alternatives, type JsonSchema } from "./describe-schema.ts";
import type { FieldPath } from "./faults.ts";

let schemaOfWorkflow: JsonSchema | undefined;

export function workflowSchema(): JsonSchema {
  schemaOfWorkflow ??= z.toJSONSchema(Workflow, { io: "input" }) as JsonSchema;
  return schemaOfWorkflow;
}

/** The schema that holds at a place of this document; undefined where nothing is known about it. */
export function schemaAt(path: FieldPath, document: JsonValue): JsonSchema | undefined {
  let schema: JsonSchema | undefined = workflowSchema();
  let value: JsonValue | undefined = document;
  for (const part of path) {
    if (schema === undefined) return undefined;
    schema = childSchema(schema, value, part);
    value = childValue(value, part);
  }
  return schema === undefined ? undefined : narrow(schema, value);
}

/** Of the variants that are told apart by a constant field (`task`, `type`), the one this value names. */
function narrow(schema: JsonSchema, value: JsonValue | undefined): JsonSchema {
  if (!isJsonObject(value)) return schema;
  return alternatives(schema).find((one) => isVariant(one, value)) ?? schema;
}

function isVariant({ properties, type }: JsonSchema, value: JsonObject): boolean {
  if (type !== "object") return false;
  return ["task", "type"].every((name) => {
    const constant = properties?.[name]?.const;
    return constant === undefined || constant === value[name];
  });
}

function childSchema(
  schema: JsonSchema,
  value: JsonValue | undefined,
  part: string | number,
): JsonSchema | undefined {
  const all = alternatives(schema);
  if (typeof part === "number") return all.find((one) => one.items !== undefined)?.items;
  const variants = isJsonObject(value) ? all.filter((one) => isVariant(one, value)) : [];
  for (const one of variants.length > 0 ? variants : all) {
    const property = ownValue(one.properties, part);
    if (property) return variants.length > 0 ? property : discriminator(all, part);
    if (typeof one.additionalProperties === "object") return one.additionalProperties;
  }
  return undefined;
}

/** A field of a union that no variant fits: what any of them takes there. */
function discriminator(all: readonly JsonSchema[], part: string): JsonSchema {
  return { anyOf: all.flatMap((one) => ownValue(one.properties, part) ?? []) };
}

export function valueAt(path: FieldPath, document: JsonValue): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const part of path) value = childValue(value, part);
  return value;
}

function childValue(value: JsonValue | undefined, part: string | number): JsonValue | undefined {
  if (typeof part === "number") return Array.isArray(value) ? value[part] : undefined;
  return isJsonObject(value) ? ownValue(value, part) : undefined;
}
