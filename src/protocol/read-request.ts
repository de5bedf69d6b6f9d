import type { WireError } from "../contracts/wire/wire-error.ts";
import { exceededBound } from "./json-bounds.ts";

export type ReadRequest = { readonly elements: readonly unknown[] } | { readonly error: WireError };

/** Tasks of one request. */
const MOST_TASKS = 1_000;
/** Tasks are two deep; the rest is room for what providers take. */
const BOUNDS = { depth: 32, values: 200_000 };

/** The elements of a request: a JSON array in UTF-8, or a single task that stands without one. */
export function readRequest(bytes: Uint8Array): ReadRequest {
  const bound = exceededBound(bytes, BOUNDS);
  if (bound === "depth") {
    return refusal("invalidJSON", `The request is nested deeper than ${BOUNDS.depth} levels.`);
  }
  if (bound === "values") {
    const message = `The request has more than ${BOUNDS.values} values; send fewer tasks at a time.`;
    return { error: { code: "valueTooLarge", message, max: BOUNDS.values } };
  }
  const text = decode(bytes);
  if (text === null) return refusal("invalidUTF8", "The request is expected in UTF-8, and has other bytes.");
  const value = parse(text);
  if (value instanceof SyntaxError) {
    return refusal("invalidJSON", `Expected a JSON array of tasks: ${value.message.slice(0, 200)}.`);
  }
  if (!Array.isArray(value)) {
    if (typeof value === "object" && value !== null) return { elements: [value] };
    return refusal("invalidJSON", "Expected a JSON array of tasks; the request is a single value.");
  }
  const elements: readonly unknown[] = value;
  if (elements.length === 0) {
    const message = "Expected an array of at least one task; the request has none.";
    return { error: { code: "arrayTooSmall", message, type: "array", min: 1 } };
  }
  if (elements.length > MOST_TASKS) {
    const message = `Expected at most ${MOST_TASKS} tasks in a request, received ${elements.length}.`;
    return { error: { code: "arrayTooLarge", message, type: "array", max: MOST_TASKS } };
  }
  return { elements };
}

const refusal = (code: string, message: string): ReadRequest => ({ error: { code, message } });

/** Without the byte order mark that some clients begin with. */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}
