import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** What does not fit a schema, on one line: `strength: expected number to be <=1, received 3; …`. */
export function describeIssues({ issues }: z.ZodError, value: unknown): string {
  return issues.flatMap((issue) => describe(issue, [], value)).join("; ");
}

function describe(issue: Issue, parent: readonly PropertyKey[], value: unknown): readonly string[] {
  const path = [...parent, ...issue.path];
  if (issue.code === "unrecognized_keys")
    return [
      `${placeOf(path)}unknown ${issue.keys.length === 1 ? "field" : "fields"} ${issue.keys.join(", ")}`,
    ];
  const meant = issue.code === "invalid_union" ? nearestAlternative(issue.errors) : null;
  if (meant !== null) return meant.flatMap((inner) => describe(inner, path, value));
  return [`${placeOf(path)}${withReceived(expectationOf(issue), path, value)}`];
}

function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return place === "" ? "" : `${place.replace(/^\./, "")}: `;
}

/** Of a union, the alternative whose shape was meant: the one that fails somewhere inside the value. */
function nearestAlternative(all: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const isInside = ({ path, code }: Issue) => path.length > 0 || code === "unrecognized_keys";
  return all.find((issues) => issues.length > 0 && issues.every(isInside)) ?? null;
}

/** `expected number to be <=1`: what a value should have been. */
export function expectationOf(issue: Issue): string {
  const { message } = issue;
  if (issue.code === "invalid_union" && message === "Invalid input")
    return alternativesOf(issue.errors) ?? "expected another value";
  if (issue.code === "invalid_format") {
    if (message.startsWith("Invalid string: must match pattern"))
      return `expected text of the form ${issue.pattern ?? ""}`.trimEnd();
    return message.replace(/^Invalid /, "expected ");
  }
  return message
    .replace(/^(Too big|Too small|Invalid input|Invalid option|Invalid string|Invalid key in \w+): /, "")
    .replace(/received NaN$/, "received a text that is none");
}

/** `expected 1 or 2 or object`: what each alternative says, without what was received instead. */
function alternativesOf(all: readonly (readonly Issue[])[]): string | null {
  const words = all.flatMap(([first]) => {
    if (first === undefined) return [];
    const [expected = ""] = expectationOf(first).split(", received ", 1);
    return [expected.replace(/^expected /, "")];
  });
  return words.length === 0 ? null : `expected ${[...new Set(words)].join(" or ")}`;
}

/** Texts are not repeated: one of them may be a password or a whole picture. */
function withReceived(expected: string, path: readonly PropertyKey[], value: unknown): string {
  if (/received/.test(expected)) return expected;
  const received = path.reduce<unknown>(
    (inner, part) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  );
  if (typeof received === "number" || typeof received === "boolean")
    return `${expected}, received ${received}`;
  return expected;
}
