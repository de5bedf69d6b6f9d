import type { JsonValue } from "../../contracts/json.ts";

/**
 * What an expression yields. `undefined` is ABSENT: the thing referred to does not exist here, because its step was
 * skipped or failed, an index lies beyond the list, or the file carries no such metadata. It is not null: null is a
 * value that a step gave ("the remote API reports no score").
 */
export type Value = JsonValue | undefined;

/**
 * The names an expression can see: `inputs`, `steps`, `run` and, in a fan-out, the name given by `as`. Plain records
 * and lists; only their own properties are seen. A step that was skipped has the fields it can have (its `image`,
 * `status`) and lacks the others, or has them as undefined.
 */
export type Scope = Readonly<Record<string, unknown>>;

export function isNothing(value: Value): value is null | undefined {
  return value === null || value === undefined;
}

/** Equality of data: by value, never across types; null and absent are the same nothing. */
export function sameValue(a: Value, b: Value): boolean {
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => sameValue(item, b[i]))
    );
  }
  const left = Object.entries(a);
  return (
    left.length === Object.keys(b).length &&
    left.every(
      ([key, item]) => Object.hasOwn(b, key) && sameValue(item, (b as Record<string, JsonValue>)[key]),
    )
  );
}

const LONGEST_SHOWN = 40;

/** A value as a message shows it. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return `text ${JSON.stringify(shorten(value))}`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "a mapping";
  return String(value);
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= LONGEST_SHOWN ? text : `${characters.slice(0, LONGEST_SHOWN - 1).join("")}…`;
}
