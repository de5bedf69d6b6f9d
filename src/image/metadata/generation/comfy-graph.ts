import { isJsonObject, type JsonObject, type JsonValue } from "../../../contracts/json.ts";
import type { CarriedTexts } from "./carried-texts.ts";
import { type Claims, type Generation, makeGeneration } from "./generation.ts";
import { inner, readJsonObject } from "./read-json.ts";

/* ComfyUI keeps the graph as it was queued: { id: { class_type, inputs } }, where an input is a value or a link
   [id, output]. Custom nodes have any names, so that nodes are known by what they take rather than by what they are. */

interface GraphNode {
  readonly type: string;
  readonly inputs: JsonObject;
}

type Graph = ReadonlyMap<string, GraphNode>;

const MOST_NODES = 20_000;

/** What the sampler of the graph was given: the last one, which the saved picture came out of, and what leads to it. */
export function readComfyGraph(texts: CarriedTexts): Generation | null {
  const graph = findGraph(texts);
  const found = graph === null ? null : findSampler(graph);
  if (graph === null || found === null) return null;
  const { inputs } = found;
  /* SamplerCustomAdvanced has nodes of their own for what a KSampler has fields for. */
  const guider = linked(graph, inputs["guider"])?.inputs ?? {};
  const positive = inputs["positive"] ?? guider["positive"] ?? guider["conditioning"];
  const negative = inputs["negative"] ?? guider["negative"];
  const checkpoint = search(graph, inputs["model"] ?? guider["model"], (node) => checkpointOf(node));
  const latent = search(graph, inputs["latent_image"], ({ inputs: given }) => sizeOf(given));
  const claims: Claims = {
    prompt: textOf(graph, positive, "positive"),
    negativePrompt: textOf(graph, negative, "negative"),
    seed: valueAt(graph, inputs["seed"] ?? inputs["noise_seed"] ?? inputs["noise"], [
      "noise_seed",
      "seed",
      "value",
    ]),
    steps: valueAt(graph, inputs["steps"] ?? inputs["sigmas"], ["steps", "value"]),
    sampler: valueAt(graph, inputs["sampler_name"] ?? inputs["sampler"], ["sampler_name", "value"]),
    scheduler: valueAt(graph, inputs["scheduler"] ?? inputs["sigmas"], ["scheduler", "value"]),
    CFGScale: valueAt(graph, inputs["cfg"] ?? guider["cfg"], ["value", "cfg"]),
    strength: valueAt(graph, inputs["denoise"], ["value"]),
    model: checkpoint ?? undefined,
    ...latent,
  };
  return makeGeneration("comfyui", claims);
}

/** In a PNG under its own keyword; elsewhere behind `prompt:`, or as a field of a record. */
function findGraph(texts: CarriedTexts): Graph | null {
  const own = toGraph(readJsonObject(texts.get("prompt")));
  if (own !== null) return own;
  for (const text of texts.values()) {
    const record = readJsonObject(/^\s*prompt:/i.test(text) ? text.slice(text.indexOf(":") + 1) : text);
    const graph = record === null ? null : (toGraph(record) ?? toGraph(inner(record, "prompt")));
    if (graph !== null) return graph;
  }
  return null;
}

function toGraph(record: JsonObject | null): Graph | null {
  const entries = Object.entries(record ?? {}).slice(0, MOST_NODES);
  const nodes = entries.flatMap(([id, node]): [string, GraphNode][] => {
    if (!isJsonObject(node) || typeof node["class_type"] !== "string") return [];
    return [[id, { type: node["class_type"], inputs: inner(node, "inputs") }]];
  });
  return nodes.length === 0 ? null : new Map(nodes);
}

const isSampler = ({ inputs }: GraphNode): boolean =>
  isLink(inputs["latent_image"]) &&
  (isLink(inputs["guider"]) || (isLink(inputs["positive"]) && ("seed" in inputs || "noise_seed" in inputs)));

/**
 * The first sampler on the way back from what saves a picture. A refining pass that invents no noise of its own stands
 * behind the one that made the picture: going back through its latent leads there.
 */
function findSampler(graph: Graph): GraphNode | null {
  const savers = [...graph].filter(([, { type }]) => /save|preview|output/i.test(type)).map(([id]) => id);
  const starts = savers.length > 0 ? savers : [...graph.keys()];
  let found = searchFrom(graph, starts, (node) => (isSampler(node) ? node : null));
  for (let passes = 0; found !== null && passes < 10; passes++) {
    const earlier = search(graph, found.inputs["latent_image"], (node) => (isSampler(node) ? node : null));
    if (earlier === null) break;
    found = earlier;
  }
  return found;
}

function search<T>(
  graph: Graph,
  from: JsonValue | undefined,
  ask: (node: GraphNode) => T | null,
  except?: string,
): T | null {
  return searchFrom(graph, isLink(from) ? [String(from[0])] : [], ask, except);
}

/** Walks back along links but those of the name `except`, nearest first; each node once. The first answer that is not null. */
function searchFrom<T>(
  graph: Graph,
  starts: readonly string[],
  ask: (node: GraphNode) => T | null,
  except?: string,
): T | null {
  const queue = [...starts];
  const seen = new Set(queue);
  for (let at = 0; at < queue.length; at++) {
    const node = graph.get(queue[at] ?? "");
    if (node === undefined) continue;
    const answer = ask(node);
    if (answer !== null) return answer;
    for (const [name, value] of Object.entries(node.inputs)) {
      if (name === except || !isLink(value) || seen.has(String(value[0]))) continue;
      seen.add(String(value[0]));
      queue.push(String(value[0]));
    }
  }
  return null;
}

function isLink(value: JsonValue | undefined): value is readonly [string | number, number] {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    (typeof value[0] === "string" || typeof value[0] === "number") &&
    typeof value[1] === "number"
  );
}

const linked = (graph: Graph, value: JsonValue | undefined): GraphNode | undefined =>
  isLink(value) ? graph.get(String(value[0])) : undefined;

/** A value that stands there, or the one of the node that a link leads to, under one of the names. */
function valueAt(
  graph: Graph,
  value: JsonValue | undefined,
  names: readonly string[],
): JsonValue | undefined {
  if (!isLink(value)) return value;
  return (
    search(graph, value, ({ inputs }) => names.map((name) => inputs[name]).find(isScalar) ?? null) ??
    undefined
  );
}

const isScalar = (value: JsonValue | undefined): value is string | number =>
  typeof value === "string" || typeof value === "number";

/** Fields of encoders, and of the nodes that hand them a text. SDXL's encoder has two, mostly the same. */
const TEXT_FIELDS = [
  "text",
  "text_g",
  "t5xxl",
  "clip_l",
  "text_l",
  "prompt",
  "string",
  "value",
  "wildcard_text",
];

type Role = "positive" | "negative";

/**
 * The text of the nearest node that has one; a text may itself be a link to another node. What takes both prompts, such
 * as a control net, is passed through on the side that we came from.
 */
function textOf(graph: Graph, from: JsonValue | undefined, role: Role): string | undefined {
  const otherRole = role === "positive" ? "negative" : "positive";
  const ask = ({ type, inputs }: GraphNode): string | null => {
    if (/ZeroOut/i.test(type)) return ""; // of a prompt nothing is left behind it
    const texts = [role, ...TEXT_FIELDS].map((field) => inputs[field]);
    const written = texts.filter((text): text is string => typeof text === "string");
    return written.find((text) => text.trim() !== "") ?? written[0] ?? null;
  };
  return search(graph, from, ask, otherRole) ?? undefined;
}

const CHECKPOINT_FIELDS = ["ckpt_name", "unet_name", "model_name", "base_ckpt_name"];

function checkpointOf({ inputs }: GraphNode): string | null {
  const names = CHECKPOINT_FIELDS.map((field) => inputs[field]);
  return names.find((name): name is string => typeof name === "string") ?? null;
}

/** Of an empty latent, or of a loader that makes one, too. */
function sizeOf(inputs: JsonObject): { width: number; height: number } | null {
  const width = inputs["width"] ?? inputs["empty_latent_width"];
  const height = inputs["height"] ?? inputs["empty_latent_height"];
  return typeof width === "number" && typeof height === "number" ? { width, height } : null;
}
