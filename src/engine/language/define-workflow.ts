import type { z } from "zod";
import type { Workflow } from "../../contracts/workflow.ts";
import { type ParsedWorkflow, parseWorkflow } from "./parse-workflow.ts";

/** A workflow as an object of a TypeScript file writes it. */
export type AuthoredWorkflow = DeepReadonly<z.input<typeof Workflow>>;

type DeepReadonly<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly DeepReadonly<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
      : T;

/**
 * The same object that a YAML file holds, typed: a wrong field, value, or reference to an input or a step that does
 * not exist is a compile error. Checked whole when it is called.
 * @throws MaskloomError WORKFLOW_INVALID for what types cannot see, such as a cycle
 */
export function defineWorkflow<const D extends AuthoredWorkflow>(document: D & CheckedReferences<D>): D {
  parseDefinition(document);
  return document;
}

/** A defined workflow as it would be parsed from its file; lines and columns are those of its JSON. */
export function parseDefinition(document: AuthoredWorkflow): ParsedWorkflow {
  return parseWorkflow(JSON.stringify(document, null, 2), { file: document.name });
}

/** The document with every text that refers to an unknown input or step replaced by what is wrong with it. */
export type CheckedReferences<D extends AuthoredWorkflow> = {
  readonly [K in keyof D]: K extends "steps" | "defaults" | "output" | "outputs"
    ? Checked<D[K], keyof D["inputs"] & string, StepId<D>>
    : D[K];
};

type StepId<D extends AuthoredWorkflow> = D["steps"][number]["id"];

type Checked<V, Input extends string, Step extends string> = V extends string
  ? CheckedText<V, Input, Step>
  : V extends object
    ? { readonly [K in keyof V]: Checked<V[K], Input, Step> }
    : V;

type CheckedText<
  V extends string,
  Input extends string,
  Step extends string,
> = V extends `\${inputs.${infer Rest}}`
  ? CheckedName<V, Name<Rest>, Input, "input">
  : V extends `\${steps.${infer Rest}}`
    ? CheckedName<V, Name<Rest>, Step, "step">
    : V;

type CheckedName<V, N extends string, Known extends string, What extends string> = N extends Known
  ? V
  : string extends Known
    ? V
    : `there is no ${What} "${N}"`;

/** The name at the start of a path: what stands before the first character that no name has. */
type Name<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? First extends NameCharacter
    ? `${First}${Name<Rest>}`
    : ""
  : "";

type Letter =
  // biome-ignore format: an alphabet is read in lines, not in letters
  | "a"
  | "b"
  | "c"
  | "d"
  | "e"
  | "f"
  | "g"
  | "h"
  | "i"
  | "j"
  | "k"
  | "l"
  | "m"
  | "n"
  | "o"
  | "p"
  | "q"
  | "r"
  | "s"
  | "t"
  | "u"
  | "v"
  | "w"
  | "x"
  | "y"
  | "z";

type NameCharacter = Letter | Uppercase<Letter> | "_" | `${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`;
