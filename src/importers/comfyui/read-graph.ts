import { isJsonObject, type JsonValue } from "../../contracts/json.ts";
import type { FieldPath } from "../../engine/language/faults.ts";
import { MaskloomError } from "../../errors.ts";
import { readJson, type SourceText } from "../source-faults.ts";
import { readEditorNodes } from "./editor-nodes.ts";
import { type GraphNode, isLink, type Link } from "./graph-node.ts";

export interface Graph {
  readonly source: SourceText;
  readonly nodes: ReadonlyMap<string, GraphNode>;
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
