import type { FunctionName } from "./expression.ts";
import type { Value } from "./value.ts";
import { describeValue, isNothing, sameValue } from "./value.ts";

/* The seven functions of the language. What is absent stays absent and null stays null, so that a missing number does
   not become an invented one; only `contains`, being a comparison, answers false. */

export interface LanguageFunction {
  readonly least: number;
  readonly most: number;
  /** How it is written, for messages and the documentation. */
  readonly usage: string;
  /** Returns its value, or throws a TypeError whose message says what it expected. */
  apply(values: readonly Value[]): Value;
}

export const FUNCTIONS: Readonly<Record<FunctionName, LanguageFunction>> = {
  min: { least: 1, most: 20, usage: "min(a, b, …)", apply: numeric((...n) => Math.min(...n)) },
  max: { least: 1, most: 20, usage: "max(a, b, …)", apply: numeric((...n) => Math.max(...n)) },
  clamp: {
    least: 3,
    most: 3,
    usage: "clamp(value, least, most)",
    apply: numeric((value = 0, least = 0, most = 0) => Math.min(Math.max(value, least), most)),
  },
  round: { least: 1, most: 2, usage: "round(value, digits)", apply: numeric(round) },
  len: { least: 1, most: 1, usage: "len(text or list)", apply: ([value]) => lengthOf(value) },
  lower: { least: 1, most: 1, usage: "lower(text)", apply: ([value]) => lowerOf(value) },
  contains: {
    least: 2,
    most: 2,
    usage: "contains(text or list, part)",
    apply: ([whole, part]) => contains(whole, part),
  },
};

function numeric(compute: (...numbers: number[]) => number): LanguageFunction["apply"] {
  return (values) => {
    if (values.some(isNothing)) return values.includes(undefined) ? undefined : null;
    return compute(...values.map(asNumber));
  };
}

function asNumber(value: Value): number {
  if (typeof value === "number") return value;
  throw new TypeError(`expected a number, received ${describeValue(value)}`);
}

/** Half away from zero, so that -2.5 rounds like 2.5. */
function round(value = 0, digits = 0): number {
  if (!Number.isInteger(digits) || digits < 0 || digits > 12)
    throw new TypeError(`expected 0 to 12 digits, received ${digits}`);
  const rounded = Number(`${Math.round(Number(`${Math.abs(value)}e${digits}`))}e-${digits}`);
  return Number.isNaN(rounded) ? value : Math.sign(value) * rounded;
}

function lengthOf(value: Value): Value {
  if (isNothing(value)) return value;
  if (typeof value === "string") return [...value].length;
  if (Array.isArray(value)) return value.length;
  throw new TypeError(`expected a text or a list, received ${describeValue(value)}`);
}

function lowerOf(value: Value): Value {
  if (isNothing(value)) return value;
  if (typeof value === "string") return value.toLowerCase();
  throw new TypeError(`expected a text, received ${describeValue(value)}`);
}

function contains(whole: Value, part: Value): boolean {
  if (isNothing(whole) || isNothing(part)) return false;
  if (Array.isArray(whole)) return whole.some((item) => sameValue(item, part));
  if (typeof whole !== "string")
    throw new TypeError(`expected a text or a list, received ${describeValue(whole)}`);
  if (typeof part !== "string")
    throw new TypeError(`expected a text to look for, received ${describeValue(part)}`);
  return whole.includes(part);
}
