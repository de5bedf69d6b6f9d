import { MaskloomError } from "../../../errors.ts";
import { suggestion } from "../../../nearest-name.ts";
import type { ApiGraph } from "./comfyui-wire.ts";
import { arrangeNodes } from "./optional-nodes.ts";
import { fillText, mapTexts, placeholdersIn } from "./placeholders.ts";

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
  "clipLayer",
  "vae",
  "lora.model",
  "lora.weight",
  "controlNet.model",
  "controlNet.weight",
  "controlNet.start",
  "controlNet.end",
  "controlNet.preprocessor",
] as const;

/** Fields of a step that templates call otherwise. */
const CALLED: Readonly<Record<string, readonly string[]>> = {
  scheduler: ["sampler", "schedule"],
  clipSkip: ["clipSkip", "clipLayer"],
  lora: ["lora.model"],
  controlNet: ["controlNet.model"],
};

/** The names of a template that stand for a field of a step. */
export function placeholdersOf(field: string): readonly string[] {
  return CALLED[field] ?? [field];
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
  /** Of names with a default that is a file: what another file is called that does as well, without folder and ending. */
  readonly alike?: Readonly<Record<string, RegExp>>;
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
  const names = new Set(placeholdersIn(graph).map((use) => use.name));
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
export function fillTemplate(template: Template, given: Readonly<Record<string, unknown>>): ApiGraph {
  const { name } = template;
  const { graph, values } = arrangeNodes(template.graph, given);
  const lookUp = (placeholder: string, standard: string | undefined): unknown => {
    const value = values[placeholder];
    if (value !== undefined) return value;
    if (standard !== undefined) return asValue(standard);
    throw new MaskloomError(
      "INPUT_INVALID",
      `template ${name}: nothing is given for {{${placeholder}}}, and it has no default, as in {{${placeholder}|…}}; ` +
        `a step's settings may give it.${suggestion(placeholder, [...PLACEHOLDER_NAMES])}`,
    );
  };
  return Object.fromEntries(
    Object.entries(graph).map(([id, node]) => [
      id,
      {
        ...node,
        inputs: mapTexts(node.inputs, (text) => fillText(text, lookUp)) as typeof node.inputs,
      },
    ]),
  );
}

const NUMBER = /^-?\d+(\.\d+)?$/;
const asValue = (text: string): string | number => (NUMBER.test(text) ? Number(text) : text);
