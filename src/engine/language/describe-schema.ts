/** The part of JSON Schema that our schemas become; made by zod, so that a message never repeats a range by hand. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

const EXPRESSION_REF = "#/$defs/Expression";

function isExpression(schema: JsonSchema): boolean {
  return schema.$ref === EXPRESSION_REF;
}

/** The alternatives of a schema, however deeply its unions nest. */
export function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const union = schema.anyOf ?? schema.oneOf;
  return union ? union.flatMap(alternatives) : [schema];
}

/** Whether any text will do, so that texts and expressions may be mixed in it. */
export function takesAnyText(schema: JsonSchema): boolean {
  return alternatives(schema).some((one) =>
    one.type === undefined
      ? !isExpression(one) && one.const === undefined && one.enum === undefined
      : one.type === "string" && one.enum === undefined && one.const === undefined,
  );
}

/** The texts that a schema lists, such as the names of tasks. */
export function listedTexts(schema: JsonSchema): readonly string[] {
  return alternatives(schema)
    .flatMap((one) => one.enum ?? (one.const === undefined ? [] : [one.const]))
    .filter((value) => typeof value === "string");
}

/** What a schema takes, in words: "a number from 0 to 1", "one of skip, fail", "a text or a list of texts". */
export function describeSchema(schema: JsonSchema): string {
  const all = alternatives(schema).filter((one) => one.type !== "null");
  const literal = all.filter((one) => !isExpression(one));
  if (literal.length === 0) return "an expression such as ${inputs.image}";
  const isListed = (one: JsonSchema): boolean =>
    one.description === undefined && (one.enum !== undefined || one.const !== undefined);
  const listed = literal.filter(isListed).flatMap((one) => one.enum ?? [one.const]);
  const others = literal.filter((one) => !isListed(one)).map(describeOne);
  const words = listed.length === 0 ? others : [listValues(listed), ...others];
  return [...new Set(words)].join(" or ");
}

function listValues(values: readonly unknown[]): string {
  const words = values.map((value) => String(value));
  return words.length === 1 ? words.join("") : `one of ${words.join(", ")}`;
}

function describeOne(schema: JsonSchema): string {
  if (schema.description !== undefined) return schema.description;
  switch (schema.type) {
    case "number":
      return `a number${range(schema)}`;
    case "integer":
      return `a whole number${range(schema)}`;
    case "string":
      return schema.maxLength === undefined ? "a text" : `a text of at most ${schema.maxLength} characters`;
    case "boolean":
      return "true or false";
    case "array":
      return describeList(schema);
    case "object":
      return "a mapping";
    default:
      return "a value";
  }
}

function range({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  const least = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`;
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  if (least !== undefined) return ` from ${least}`;
  return most === undefined ? "" : ` up to ${most}`;
}

function describeList({ items, minItems, maxItems }: JsonSchema): string {
  const of = items === undefined ? "" : ` of ${plural(describeSchema(items))}`;
  if (maxItems !== undefined) return `a list${of} (${minItems ?? 0} to ${maxItems})`;
  return minItems === undefined ? `a list${of}` : `a list${of} (at least ${minItems})`;
}

function plural(words: string): string {
  const [, noun, rest] =
    /^an? (text|number|whole number|mapping|value|expression|name)\b(.*)$/.exec(words) ?? [];
  return noun === undefined ? words : `${noun}s${rest}`;
}
