import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import type { FieldPath } from "../../engine/language/faults.ts";
import { MaskloomError } from "../../errors.ts";
import { readJson, type SourceText } from "../source-faults.ts";
import { SEED_CONTROL, SEED_CONTROLS, WIDGETS } from "./widgets.ts";

/** An output of another node: its id, and which of its outputs. */
export type Link = readonly [node: string, slot: number];

export interface GraphNode {
  readonly id: string;
  readonly type: string;
  /** Values, and links to what gives them. */
  readonly inputs: JsonObject;
  /** Switched to "bypass" in the editor: it hands on what it is given. */
  readonly bypassed: boolean;
  /** Where it stands in the source. */
  readonly path: FieldPath;
  /** The place of its inputs; null in the editor's format, where they have no names. */
  readonly inputsPath: FieldPath | null;
}

export interface Graph {
  readonly source: SourceText;
  readonly nodes: ReadonlyMap<string, GraphNode>;
}

export function isLink(value: JsonValue | undefined): value is [string | number, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [node, slot] = value;
  return (typeof node === "string" || typeof node === "number") && Number.isInteger(slot);
}

export function linkOf(node: GraphNode, input: string): Link | null {
  const value = node.inputs[input];
  return isLink(value) ? [String(value[0]), value[1]] : null;
}

/**
 * A graph as ComfyUI's API takes it (also the body of a request, `{ prompt }`), or as the editor saves it; of the latter
 * the values of the nodes that are imported, whose order is known, and of others the first text.
 * @throws INPUT_INVALID for what is neither
 */
export function readGraph(source: SourceText): Graph {
  const value = readJson(source);
  for (const [place, inner] of candidates(value)) {
    const nodes = readApiNodes(inner, place) ?? readEditorNodes(inner, place);
    if (nodes !== null) return { source, nodes: new Map(nodes.map((node) => [node.id, node])) };
  }
  throw new MaskloomError(
    "INPUT_INVALID",
    `${source.file}: expected a graph of ComfyUI: { "3": { "class_type": …, "inputs": … } } as its API takes it, or { "nodes": …, "links": … } as its editor saves it`,
  );
}

function candidates(value: JsonValue): [FieldPath, JsonValue][] {
  if (!isJsonObject(value)) return [];
  const inner = ["prompt", "workflow"].flatMap((name): [FieldPath, JsonValue][] =>
    isJsonObject(value[name]) ? [[[name], value[name]]] : [],
  );
  return [[[], value], ...inner];
}

function readApiNodes(value: JsonValue, place: FieldPath): GraphNode[] | null {
  if (!isJsonObject(value)) return null;
  const nodes = Object.entries(value).flatMap(([id, node]): GraphNode[] => {
    if (!isJsonObject(node) || typeof node["class_type"] !== "string") return [];
    const inputs = isJsonObject(node["inputs"]) ? node["inputs"] : {};
    const path = [...place, id];
    return [{ id, type: node["class_type"], inputs, bypassed: false, path, inputsPath: [...path, "inputs"] }];
  });
  return nodes.length === 0 ? null : nodes;
}

const MUTED = 2;
const BYPASSED = 4;

function readEditorNodes(value: JsonValue, place: FieldPath): GraphNode[] | null {
  if (!isJsonObject(value) || !Array.isArray(value["nodes"])) return null;
  const links = readLinks(value["links"]);
  return value["nodes"].flatMap((node: JsonValue, at): GraphNode[] => {
    if (!isJsonObject(node) || typeof node["type"] !== "string" || node["mode"] === MUTED) return [];
    const { id, type } = node;
    const inputs = { ...widgetValues(type, node["widgets_values"]), ...linkedInputs(node["inputs"], links) };
    const path = [...place, "nodes", at];
    return [{ id: String(id), type, inputs, bypassed: node["mode"] === BYPASSED, path, inputsPath: null }];
  });
}

/** `[id, from, slot, to, slot, type]`, or in later versions a record of the same. */
function readLinks(value: JsonValue | undefined): ReadonlyMap<string, Link> {
  const links = new Map<string, Link>();
  for (const link of Array.isArray(value) ? value : []) {
    if (Array.isArray(link)) links.set(String(link[0]), [String(link[1]), Number(link[2])]);
    else if (isJsonObject(link))
      links.set(String(link["id"]), [String(link["origin_id"]), Number(link["origin_slot"])]);
  }
  return links;
}

function linkedInputs(inputs: JsonValue | undefined, links: ReadonlyMap<string, Link>): JsonObject {
  const linked = (Array.isArray(inputs) ? inputs : []).flatMap((input: JsonValue, at) => {
    if (!isJsonObject(input) || input["link"] === null || input["link"] === undefined) return [];
    const link = links.get(String(input["link"]));
    return link === undefined ? [] : [[String(input["name"] || at), link] as const];
  });
  return Object.fromEntries(linked);
}

function widgetValues(type: string, values: JsonValue | undefined): JsonObject {
  if (isJsonObject(values)) return values;
  if (!Array.isArray(values)) return {};
  const names = WIDGETS[type];
  if (names === undefined) {
    const text = values.find((value: JsonValue) => typeof value === "string");
    return text === undefined ? {} : { text };
  }
  const control = values.find((value: JsonValue) => names.includes("seed") && SEED_CONTROLS.has(value));
  const plain = control === undefined ? values : values.filter((_, at) => at !== values.indexOf(control));
  const named = names.flatMap((name, at) => (plain[at] === undefined ? [] : [[name, plain[at]] as const]));
  return { ...Object.fromEntries(named), ...(control === undefined ? {} : { [SEED_CONTROL]: control }) };
}
