import { z } from "zod";

/** The error object: docs/wire.md, section 3. */
export const WireError = z.object({
  code: z.string(),
  message: z.string(),
  parameter: z.union([z.string(), z.array(z.string())]).optional(),
  /** JSON type that was expected. */
  type: z.string().optional(),
  taskType: z.string().optional(),
  taskUUID: z.string().optional(),
  documentation: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  allowedValues: z.array(z.unknown()).optional(),
  context: z.record(z.string(), z.unknown()).optional(),
  status: z.literal("error").optional(),
});
export type WireError = z.output<typeof WireError>;

type Issue = z.core.$ZodIssue;
type Detail = Pick<WireError, "code" | "message" | "parameter" | "type" | "min" | "max" | "allowedValues">;

/**
 * A fault that the schema found, in the words of the wire: `missingModel`, `invalidMaskMargin`; the official SDKs sort
 * errors by these beginnings.
 * @param writtenAs how the request wrote the field, for the message
 */
export function describeIssue(issue: Issue, writtenAs: (field: string) => string): Detail {
  const [field = "task"] = issue.path.map(String);
  const name = writtenAs(field);
  const missing = issue.code === "invalid_type" && issue.input === undefined;
  const code = `${missing ? "missing" : "invalid"}${field[0]?.toUpperCase() ?? ""}${field.slice(1)}`;
  const said = missing ? "is required" : `is not valid: ${issue.message}`;
  return { code, message: `${name} ${said}.`, parameter: name, ...boundsOf(issue) };
}

function boundsOf(issue: Issue): Pick<WireError, "type" | "min" | "max" | "allowedValues"> {
  switch (issue.code) {
    case "too_small":
      return { type: typeOf(issue.origin), min: Number(issue.minimum) };
    case "too_big":
      return { type: typeOf(issue.origin), max: Number(issue.maximum) };
    case "invalid_type":
      return { type: typeOf(issue.expected) };
    case "invalid_value":
      return { allowedValues: [...issue.values] };
    case "invalid_union":
      return allowedIn(issue);
    default:
      return {};
  }
}

/** A union of one value or a list of such values: the values are what helps. */
function allowedIn(issue: Extract<Issue, { code: "invalid_union" }>): Pick<WireError, "allowedValues"> {
  for (const choice of issue.errors) {
    for (const inner of choice)
      if (inner.code === "invalid_value") return { allowedValues: [...inner.values] };
  }
  return {};
}

const TYPES: Readonly<Record<string, string>> = { int: "integer", bigint: "integer", float: "number" };
const typeOf = (zod: string): string => TYPES[zod] ?? zod;
