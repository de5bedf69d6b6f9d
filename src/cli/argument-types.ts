import { InvalidArgumentError } from "commander";
import type { Selection } from "../contracts/tasks.ts";
import { suggestion } from "../nearest-name.ts";

/* Parsers of option values. Commander puts the option's name before their messages. */

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

export function numberBetween(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = NUMBER.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a number from ${min} to ${max}.`);
  };
}

/** Money in USD, or `none` for no limit. (commander makes an empty text of null.) */
export function dollarsOrNone(text: string): number | "none" {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (text === "none") return "none";
  if (value >= 0) return value;
  throw new InvalidArgumentError("Expected a number of dollars such as 2.5, or none.");
}

export function integerBetween(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = NUMBER.test(text) ? Number(text) : Number.NaN;
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

/** Two numbers that differ, such as `0,255` or `-1,1`. */
export function valuePair(text: string): [number, number] {
  const [first = Number.NaN, second = Number.NaN, ...more] = text
    .split(",")
    .map((part) => (NUMBER.test(part) ? Number(part) : Number.NaN));
  if (Number.isFinite(first - second) && first !== second && more.length === 0) return [first, second];
  throw new InvalidArgumentError("Expected two different numbers such as 0,255.");
}

export function oneOf<Name extends string>(...names: readonly Name[]): (text: string) => Name {
  return (text) => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Expected one of ${names.join(", ")}.${suggestion(text, names)}`);
  };
}

/** `3` = the first three, `1,3` or `[2]` = those numbers, counted from 1. */
export function takeOf(text: string): NonNullable<Selection["take"]> {
  const list = /^\[?\s*(\d+(?:\s*,\s*\d+)*)\s*\]?$/.exec(text)?.[1];
  const numbers = list?.split(",").map(Number) ?? [];
  const [first] = numbers;
  if (first === undefined || numbers.some((number) => number < 1)) {
    throw new InvalidArgumentError("Expected how many (3), or which ones counted from 1 (1,3).");
  }
  return /[,[]/.test(text) ? numbers : first;
}

/** `1,3`: whole numbers from 1. */
export function wholeNumbers(text: string): number[] {
  const numbers = text.split(",").map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : 0));
  if (numbers.every((number) => number >= 1)) return numbers;
  throw new InvalidArgumentError("Expected whole numbers from 1, such as 1,3.");
}

/** Gathers `--set key=value` over any number of times; the last value of a key holds. */
export function collectSetting(
  text: string,
  known: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const equals = text.indexOf("=");
  const key = text.slice(0, equals).trim();
  if (equals < 1 || key === "") {
    throw new InvalidArgumentError("Expected key=value, such as strength=0.5.");
  }
  return { ...known, [key]: text.slice(equals + 1) };
}

/** key=value, again for more. */
export const labelled = (
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> => {
  const [, key, value] = /^([\w.-]{1,40})=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new InvalidArgumentError("expected key=value, such as team=studio");
  return { ...before, [key]: value };
};
