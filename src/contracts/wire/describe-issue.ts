import type { z } from "zod";
import { expectationOf } from "../../describe-issues.ts";
import { factsOf } from "./field-facts.ts";
import type { WireError } from "./wire-error.ts";

type Issue = z.core.$ZodIssue;

/**
 * A fault that the task's schema found, in the words of the wire: `missingModel`, `invalidMaskMargin`; the official SDKs
 * sort errors by these beginnings.
 * @param writtenAs how the request wrote the field
 */
export function describeIssue(
  schema: z.ZodType,
  issue: Issue,
  writtenAs: (field: string) => string,
): WireError {
  const [field = "task", ...inner] = issue.path.map((part) =>
    typeof part === "number" ? part : String(part),
  );
  const parameter = writtenAs(String(field));
  const place = inner.reduce<string>(joinPath, parameter);
  const isMissing = isMissingAt(issue);
  const code = `${isMissing ? "missing" : "invalid"}${capitalised(String(field))}`;
  const facts = factsOf(schema, String(field));
  const said = isMissing ? missingText(issue) : `: ${expectation(issue, facts.allowedValues)}`;
  return { code, message: `${place}${said}.`, parameter, ...facts };
}

const joinPath = (path: string, part: string | number): string =>
  typeof part === "number" ? `${path}[${part}]` : `${path}.${part}`;

const capitalised = (name: string): string => `${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`;

/** A schema can also say of a field that others make it needed. */
function isMissingAt(issue: Issue): boolean {
  if (issue.path.length > 1) return false;
  if (issue.code === "custom") return issue.params?.["missing"] === true;
  return issue.input === undefined;
}

/** zod's own words for something missing say no more than that. */
function missingText({ code, message }: Issue): string {
  if (code === "custom") return ` is ${message}`;
  return /^Invalid /.test(message) ? " is required" : ` is required: ${message}`;
}

/** Texts are not repeated: one of them may be a whole picture. */
function expectation(issue: Issue, allowed: readonly unknown[] | undefined): string {
  const { input, message } = issue;
  if (message.startsWith("Invalid input: expected int,"))
    return `expected integer, received ${String(input)}`;
  const expected =
    allowed === undefined || issue.path.length > 1 || !/^invalid_(value|union)$/.test(issue.code)
      ? expectationOf(issue)
      : `expected one of ${allowed.join(", ")}`;
  const isShown = typeof input === "number" || typeof input === "boolean";
  return isShown && !/received/.test(expected) ? `${expected}, received ${input}` : expected;
}
