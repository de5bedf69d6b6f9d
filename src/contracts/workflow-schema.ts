import { z } from "zod";
import { isJsonObject, type JsonObject, type JsonValue, ownValue } from "./json.ts";
import { Workflow } from "./workflow.ts";
import { DOCUMENT_FIELDS, INPUT_FIELDS, NESTED_FIELDS, STEP_FIELDS } from "./workflow-descriptions.ts";

let schemaDocument: JsonObject | undefined;

/**
 * The JSON Schema of a workflow file, for editors: completion, descriptions, ranges. Draft 7, which YAML editors
 * understand best. What only shows when fields are seen together (references, cycles) is checked by `workflows validate`.
 */
export function workflowSchemaDocument(): JsonObject {
  schemaDocument ??= {
    title: "Maskloom workflow",
    ...record(describe(written(), DOCUMENT_FIELDS)),
  };
  return schemaDocument;
}

function written(): JsonValue {
  const schema: unknown = z.toJSONSchema(Workflow, { io: "input", target: "draft-7" });
  return JSON.parse(JSON.stringify(schema));
}

type Descriptions = Readonly<Record<string, string>>;

/** The words of the fields within a field of this name; those of its surroundings where it has none of its own. */
const WITHIN: Readonly<Record<string, Descriptions>> = {
  inputs: INPUT_FIELDS,
  steps: STEP_FIELDS,
  defaults: STEP_FIELDS,
  ...NESTED_FIELDS,
};

/** Adds to every property the sentence that the table of its surroundings has for it. */
function describe(schema: JsonValue, words: Descriptions): JsonValue {
  if (Array.isArray(schema)) return schema.map((item: JsonValue) => describe(item, words));
  if (!isJsonObject(schema)) return schema;
  const entries = Object.entries(schema).map(([name, value]) => {
    if (name !== "properties" || !isJsonObject(value)) return [name, describe(value, words)];
    const properties = Object.entries(value).map(([field, property]) => {
      const inner = record(describe(property, ownValue(WITHIN, field) ?? words));
      const description = ownValue(words, field);
      return [field, description === undefined ? inner : { ...inner, description }];
    });
    return [name, Object.fromEntries(properties)];
  });
  return Object.fromEntries(entries) as JsonObject;
}

function record(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}
