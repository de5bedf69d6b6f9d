import { isJsonObject } from "../../../contracts/json.ts";
import { MaskloomError } from "../../../errors.ts";
import { suggestion } from "../../../nearest-name.ts";
import type { ApiGraph } from "./comfyui-wire.ts";

/** `{{steps}}`, or `{{steps|28}}` with what stands there where nothing is given. */
const PLACEHOLDER = /\{\{\s*([A-Za-z][A-Za-z0-9]*)\s*(?:\|([^{}]*))?\}\}/g;

/** Names that a template may use besides those of a step's `settings`. */
const PLACEHOLDER_NAMES = [
  "image",
  "mask",
  "width",
  "height",
  "checkpoint",
  "positivePrompt",
  "negativePrompt",
  "strength",
  "steps",
  "CFGScale",
  "seed",
  "sampler",
  "schedule",
  "clipSkip",
  "vae",
] as const;

/** The names of a template that stand for a field of a step. */
export function placeholdersOf(field: string): readonly string[] {
  return field === "scheduler" ? ["sampler", "schedule"] : [field];
}

/** Node classes whose pictures come out; a node with the title `result` comes before all. */
const OUTPUTS = new Set(["PreviewImage", "SaveImage", "SaveImageWebsocket"]);
const RESULT_TITLE = "result";

/** A workflow of ComfyUI with names in place of values. */
export interface Template {
  readonly name: string;
  readonly graph: ApiGraph;
  /** Every name that it uses. */
  readonly names: ReadonlySet<string>;
  /** The node whose picture is the answer. */
  readonly result: string;
}

/**
 * @param inputs which inputs get which names, as `3.steps`: for templates whose files stay as they were exported; what
 * stands there is the default
 * @throws INPUT_INVALID for one without a mask, or of which it is not clear what comes out
 */
export function createTemplate(
  name: string,
  authored: ApiGraph,
  inputs: Readonly<Record<string, string>> = {},
): Template {
  const graph = structuredClone(authored);
  for (const [placeholder, place] of Object.entries(inputs)) nameInput(name, graph, placeholder, place);
  const names = new Set(
    [...textsOf(graph)].flatMap((text) => [...text.matchAll(PLACEHOLDER)].map(([, one]) => one ?? "")),
  );
  if (!names.has("mask")) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `template ${name}: expected {{mask}} as the image of a LoadImage or LoadImageMask node (its alpha channel holds the mask), found ` +
        `${names.size === 0 ? "no placeholder" : [...names].join(", ")}`,
    );
  }
  return { name, graph, names, result: resultOf(name, graph) };
}

function nameInput(name: string, graph: ApiGraph, placeholder: string, place: string): void {
  const [id = "", input = ""] = place.split(".");
  const node = graph[id];
  const present = node?.inputs[input];
  if (node === undefined || present === undefined) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `template ${name}: inputs: ${placeholder}: expected a node and one of its inputs such as 3.steps, got ${place}; ` +
        `its nodes are ${Object.entries(graph)
          .map(([key, { class_type }]) => `${key} (${class_type})`)
          .join(", ")}`,
    );
  }
  const isValue = typeof present === "string" || typeof present === "number";
  const isFile = placeholder === "image" || placeholder === "mask";
  node.inputs[input] = isValue && !isFile ? `{{${placeholder}|${present}}}` : `{{${placeholder}}}`;
}

function resultOf(name: string, graph: ApiGraph): string {
  const titled = Object.entries(graph).filter(
    ([, { _meta }]) => _meta?.title?.toLowerCase() === RESULT_TITLE,
  );
  const all =
    titled.length > 0 ? titled : Object.entries(graph).filter(([, node]) => OUTPUTS.has(node.class_type));
  const [first, ...others] = all;
  if (first !== undefined && others.length === 0) return first[0];
  throw new MaskloomError(
    "INPUT_INVALID",
    `template ${name}: expected one PreviewImage or SaveImage node, or one with the title ${RESULT_TITLE}, found ${all.length}`,
  );
}

/**
 * The workflow with values in place of its names. A text that is nothing but a name becomes the value itself, so that
 * numbers stay numbers.
 * @throws INPUT_INVALID for a name that nothing is given for
 */
export function fillTemplate({ name, graph }: Template, values: Readonly<Record<string, unknown>>): ApiGraph {
  const lookUp = (placeholder: string, standard: string | undefined): unknown => {
    const given = values[placeholder];
    if (given !== undefined) return given;
    if (standard !== undefined) return asValue(standard);
    throw new MaskloomError(
      "INPUT_INVALID",
      `template ${name}: nothing is given for {{${placeholder}}}, and it has no default, as in {{${placeholder}|…}}; ` +
        `a step's settings may give it.${suggestion(placeholder, [...PLACEHOLDER_NAMES])}`,
    );
  };
  const fill = (value: unknown): unknown => {
    if (typeof value === "string") return fillText(value, lookUp);
    if (Array.isArray(value)) return value.map(fill);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
  };
  return Object.fromEntries(
    Object.entries(graph).map(([id, node]) => [
      id,
      { ...node, inputs: fill(node.inputs) as typeof node.inputs },
    ]),
  );
}

function fillText(text: string, lookUp: (name: string, standard: string | undefined) => unknown): unknown {
  const [whole] = [...text.matchAll(PLACEHOLDER)];
  if (whole?.[0] === text) return lookUp(whole[1] ?? "", whole[2]);
  return text.replaceAll(PLACEHOLDER, (_, name: string, standard?: string) => String(lookUp(name, standard)));
}

const NUMBER = /^-?\d+(\.\d+)?$/;
const asValue = (text: string): string | number => (NUMBER.test(text) ? Number(text) : text);

/** Every text within a value, however deep. */
function* textsOf(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null)
    for (const inner of Object.values(value)) yield* textsOf(inner);
}
