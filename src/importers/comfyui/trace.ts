import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import type { DraftRecord } from "../draft.ts";
import { literal } from "../prompt-text.ts";
import { type GraphNode, isLink, type Link } from "./graph-node.ts";
import { type Graph, linkOf } from "./read-graph.ts";

/* Following links of a graph to what they come from. No walk visits a node twice, so that none is endless. */

const BASIC = ["model", "clip", "vae", "positive", "negative"];
const DETAILER = [...BASIC, "bbox_detector", "sam_model_opt", "segm_detector_opt", "detailer_hook"];

/** What the outputs of nodes are that take a pipe apart, in their order. */
const TAKEN_APART: Readonly<Record<string, readonly string[]>> = {
  FromBasicPipe: BASIC,
  FromBasicPipe_v2: ["", ...BASIC],
  FromDetailerPipe: DETAILER,
  FromDetailerPipe_v2: ["", ...DETAILER],
  FromDetailerPipeSDXL: ["", ...DETAILER],
};

const PIPES = ["detailer_pipe", "basic_pipe"];
const IN_PIPES: ReadonlySet<string> = new Set([...DETAILER, "wildcard"]);

/** The node at the end of a link, and which of its outputs it is; through reroutes, bypassed nodes and pipes. */
export interface Origin {
  readonly node: GraphNode;
  readonly slot: number;
}

export function originOf(graph: Graph, link: Link | null): Origin | null {
  const seen = new Set<string>();
  let current = link;
  while (current !== null) {
    const node: GraphNode | undefined = graph.nodes.get(current[0]);
    if (node === undefined || seen.has(current.join())) return null;
    seen.add(current.join());
    const field = TAKEN_APART[node.type]?.[current[1]];
    if (field !== undefined && field !== "") current = pipeLink(graph, node, field);
    else if (node.bypassed || node.type === "Reroute") current = onlyLink(node);
    else return { node, slot: current[1] };
  }
  return null;
}

/** What a bypassed node hands on: a detailer its picture, others what they are given first. */
function onlyLink(node: GraphNode): Link | null {
  const image = /Detailer/.test(node.type) ? linkOf(node, "image") : null;
  if (image !== null) return image;
  for (const name of Object.keys(node.inputs)) {
    const link = linkOf(node, name);
    if (link !== null) return link;
  }
  return null;
}

function pipeLink(graph: Graph, node: GraphNode, field: string): Link | null {
  const value = pipeFields(graph, node)[field];
  return isLink(value) ? [String(value[0]), value[1]] : null;
}

/** What a node has, by itself or in the pipe that it is given: its own wins, an empty text is nothing. */
export function pipeFields(graph: Graph, node: GraphNode, seen: ReadonlySet<string> = new Set()): JsonObject {
  if (seen.has(node.id)) return {};
  const visited = new Set([...seen, node.id]);
  const own = Object.entries(node.inputs).filter(([name, value]) => !PIPES.includes(name) && value !== "");
  const inherited = PIPES.flatMap((name) => {
    const origin = originOf(graph, linkOf(node, name))?.node;
    return origin === undefined ? [] : Object.entries(pipeFields(graph, origin, visited));
  });
  return Object.fromEntries([...inherited.filter(([name]) => IN_PIPES.has(name)), ...own]);
}

/** The detectors, prompts and models of a node, links only. */
export function fieldLink(fields: JsonObject, name: string): Link | null {
  const value = fields[name];
  return isLink(value) ? [String(value[0]), value[1]] : null;
}

const IMAGES = ["image", "images", "pixels", "image1", "IMAGE"];

/** Back from an image to the first node that `stops` knows; `passed` are the nodes between. */
export function imageOrigin(
  graph: Graph,
  link: Link | null,
  stops: (node: GraphNode) => boolean,
): { readonly found: GraphNode | null; readonly passed: readonly GraphNode[] } {
  const passed: GraphNode[] = [];
  let origin = originOf(graph, link);
  while (origin !== null && !passed.includes(origin.node)) {
    const { node } = origin;
    if (stops(node)) return { found: node, passed };
    const next = IMAGES.map((name) => linkOf(node, name)).find((one) => one !== null);
    if (next === undefined) return { found: null, passed };
    passed.push(node);
    origin = originOf(graph, next);
  }
  return { found: null, passed };
}

const TEXTS = ["text", "text_g", "string", "value", "populated_text", "wildcard_text", "prompt", "positive"];
const CONDITIONINGS = ["conditioning", "conditioning_1", "conditioning_to", "conditioning1"];

/** The text that a conditioning was made of; null where it cannot be told. */
export function promptOf(
  graph: Graph,
  link: Link | null,
  seen: ReadonlySet<string> = new Set(),
): string | null {
  const origin = originOf(graph, link);
  if (origin === null || seen.has(origin.node.id)) return null;
  const { node, slot } = origin;
  const visited = new Set([...seen, node.id]);
  if (node.type === "ConditioningZeroOut") return "";
  // A ControlNet hands on both conditionings, the positive one first.
  const both = linkOf(node, "positive") !== null && linkOf(node, "negative") !== null;
  if (both) return promptOf(graph, linkOf(node, slot === 1 ? "negative" : "positive"), visited);
  for (const name of CONDITIONINGS) {
    const inner = linkOf(node, name);
    if (inner !== null) return promptOf(graph, inner, visited);
  }
  return textOf(graph, node, visited);
}

function textOf(graph: Graph, node: GraphNode, seen: ReadonlySet<string>): string | null {
  for (const name of TEXTS) {
    const value = node.inputs[name];
    if (typeof value === "string") return value;
    const origin = originOf(graph, linkOf(node, name));
    if (origin === null || seen.has(origin.node.id)) continue;
    return textOf(graph, origin.node, new Set([...seen, origin.node.id]));
  }
  return null;
}

/** A plain value: as it stands, or of the node that gives it, such as a primitive. */
export function valueAt(graph: Graph, value: JsonValue | undefined): JsonValue | undefined {
  if (!isLink(value)) return value;
  const origin = originOf(graph, [String(value[0]), value[1]]);
  const values = Object.values(origin?.node.inputs ?? {});
  return values.find((one) => typeof one === "number" || typeof one === "boolean" || typeof one === "string");
}

export interface ModelFacts {
  readonly checkpoint: string | null;
  readonly lora: readonly DraftRecord[];
}

/** The checkpoint behind a model, and the LoRAs on the way, the first that is applied first. */
export function modelOf(graph: Graph, link: Link | null): ModelFacts {
  const lora: DraftRecord[] = [];
  const seen = new Set<string>();
  let origin = originOf(graph, link);
  while (origin !== null && !seen.has(origin.node.id)) {
    const { node } = origin;
    seen.add(node.id);
    lora.unshift(...loraOf(node));
    const name = node.inputs["ckpt_name"] ?? node.inputs["unet_name"];
    if (typeof name === "string") return { checkpoint: name, lora };
    origin = originOf(graph, linkOf(node, "model"));
  }
  return { checkpoint: null, lora };
}

function loraOf({ inputs }: GraphNode): readonly DraftRecord[] {
  const stacked = Object.values(inputs).flatMap((value): DraftRecord[] => {
    if (!isJsonObject(value) || value["on"] === false || typeof value["lora"] !== "string") return [];
    return [loraEntry(value["lora"], value["strength"])];
  });
  const name = inputs["lora_name"];
  return typeof name === "string" ? [loraEntry(name, inputs["strength_model"]), ...stacked] : stacked;
}

function loraEntry(name: string, weight: JsonValue | undefined): DraftRecord {
  return { model: literal(name), weight: typeof weight === "number" ? weight : 1 };
}
