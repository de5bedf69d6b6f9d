import { z } from "zod";
import type { WireError } from "./wire-error.ts";

/** What a parameter's schema says of its values, in the words of the wire. */
export type FieldFacts = Pick<WireError, "type" | "min" | "max" | "multiplier" | "default" | "allowedValues">;

type JsonSchema = z.core.JSONSchema.BaseSchema;

const converted = new WeakMap<z.ZodType, JsonSchema>();

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const known = converted.get(schema);
  if (known !== undefined) return known;
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  converted.set(schema, json);
  return json;
}

/** Of a parameter of a task; nothing of what is none. Of texts and lists the bounds are lengths. */
export function factsOf(schema: z.ZodType, field: string): FieldFacts {
  const place = jsonSchemaOf(schema).properties?.[field];
  if (!isSchema(place)) return {};
  const [first = place] = place.anyOf?.filter(isSchema) ?? [];
  const { type, minimum, minLength, minItems, maximum, maxLength, maxItems, multipleOf } = first;
  return withoutUndefined({
    type: typeof type === "string" ? type : undefined,
    min: minimum ?? minLength ?? minItems,
    max: maximum ?? maxLength ?? maxItems,
    multiplier: multipleOf,
    default: place.default,
    allowedValues: first.enum === undefined ? undefined : [...first.enum],
  });
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === "object" && value !== null;

function withoutUndefined(facts: { readonly [Name in keyof FieldFacts]: FieldFacts[Name] | undefined }) {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as FieldFacts;
}
