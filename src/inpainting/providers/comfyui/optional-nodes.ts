import type { ApiGraph } from "./comfyui-wire.ts";
import { numberPlaceholders, placeholdersIn } from "./placeholders.ts";

/*
 * Nodes that are there once for each of a step's LoRAs or ControlNets, or not at all. A node with {{lora.model}} is repeated,
 * one behind the other; where there is none, and for one with a {{vae}} that the step does not name, what it would have
 * passed on comes from before it.
 */

type Node = ApiGraph[string];
type Link = readonly [string, number];

/** By class, which of its inputs each of its outputs passes on when the node is not there: ComfyUI, nodes.py. */
const PASSES: Readonly<Record<string, readonly string[]>> = {
  LoraLoader: ["model", "clip"],
  LoraLoaderModelOnly: ["model"],
  CLIPSetLastLayer: ["clip"],
  ControlNetApply: ["conditioning"],
  ControlNetApplyAdvanced: ["positive", "negative"],
  ControlNetApplySD3: ["positive", "negative"],
};

/** What has no input to pass on: its output is another node's instead. */
const INSTEAD: Readonly<Record<string, { readonly of: string; readonly output: number }>> = {
  VAELoader: { of: "CheckpointLoaderSimple", output: 2 },
};

type Values = Readonly<Record<string, unknown>>;

/** The list whose elements a node is there for, such as `lora`. */
const listOf = (node: Node): string | undefined =>
  placeholdersIn(node.inputs)
    .find(({ name }) => name.includes("."))
    ?.name.split(".")[0];

/** The lists that a template has nodes for. */
function listsOf(graph: ApiGraph): ReadonlySet<string> {
  return new Set(Object.values(graph).flatMap((node) => listOf(node) ?? []));
}

/**
 * @param values `lora: [{ model, weight }]` for {{lora.model}} and {{lora.weight}}
 * @returns the graph with as many of its optional nodes as there are values for: {{lora.model}} of the second is
 * {{lora.1.model}}; and the values by those names
 */
export function arrangeNodes(graph: ApiGraph, values: Values): { graph: ApiGraph; values: Values } {
  const flat: Record<string, unknown> = { ...values };
  let arranged = graph;
  for (const list of listsOf(graph)) {
    const ids = Object.keys(graph).filter((id) => listOf(graph[id] as Node) === list);
    const elements = elementsOf(values[list], list, graph, ids);
    for (const [at, element] of elements.entries())
      for (const [field, value] of Object.entries(element)) flat[`${list}.${at}.${field}`] = value;
    arranged = repeated(arranged, ids, elements.length, list);
  }
  for (const [id, node] of Object.entries(arranged)) {
    const canGo = node.class_type in PASSES || node.class_type in INSTEAD;
    const isBare = placeholdersIn(node.inputs).some(
      ({ name, standard }) => standard === undefined && flat[name] === undefined,
    );
    if (canGo && isBare && listOf(node) === undefined) arranged = repeated(arranged, [id], 0, "");
  }
  return { graph: arranged, values: flat };
}

/** As it was exported, with values of its own, a node stays where a step has no list. */
function elementsOf(
  given: unknown,
  list: string,
  graph: ApiGraph,
  ids: readonly string[],
): readonly object[] {
  if (Array.isArray(given) && given.length > 0) return given;
  const uses = ids.flatMap((id) => placeholdersIn(graph[id]?.inputs));
  const isWhole = uses.every(({ name, standard }) => !name.startsWith(`${list}.`) || standard !== undefined);
  return isWhole ? [{}] : [];
}

const copyId = (id: string, at: number): string => (at === 0 ? id : `${id}_${at + 1}`);

/** Some nodes as often as is said, each time fed by the time before; whoever was fed by them is fed by the last. */
function repeated(graph: ApiGraph, ids: readonly string[], times: number, list: string): ApiGraph {
  const isTheirs = (value: unknown): value is Link => isLink(value) && ids.includes(value[0]);
  const outside = (value: unknown): unknown => {
    if (!isTheirs(value)) return value;
    const [id, output] = value;
    return times > 0 ? [copyId(id, times - 1), output] : outside(passedOn(graph, id, output));
  };
  const within = (id: string, at: number, name: string, value: unknown): unknown => {
    if (isTheirs(value)) return [copyId(value[0], at), value[1]];
    const output = PASSES[graph[id]?.class_type ?? ""]?.indexOf(name) ?? -1;
    return at > 0 && output >= 0 ? [copyId(id, at - 1), output] : numberPlaceholders(value, list, at);
  };
  return Object.fromEntries(
    Object.entries(graph).flatMap(([id, node]) =>
      ids.includes(id)
        ? Array.from({ length: times }, (_, at) => {
            const feed = (name: string, value: unknown) => within(id, at, name, value);
            return [copyId(id, at), withInputs(node, feed)] as const;
          })
        : [[id, withInputs(node, (_, value) => outside(value))] as const],
    ),
  );
}

function withInputs(node: Node, change: (name: string, value: unknown) => unknown): Node {
  const inputs = Object.entries(node.inputs).map(([name, value]) => [name, change(name, value)]);
  return { ...node, inputs: Object.fromEntries(inputs) };
}

/** What an output of a node would be without the node. */
function passedOn(graph: ApiGraph, id: string, output: number): unknown {
  const { class_type, inputs } = graph[id] ?? { class_type: "", inputs: {} };
  const input = PASSES[class_type]?.[output];
  if (input !== undefined) return inputs[input];
  const instead = INSTEAD[class_type];
  const source = Object.keys(graph).find((one) => graph[one]?.class_type === instead?.of);
  return source === undefined || instead === undefined ? null : [source, instead.output];
}

const isLink = (value: unknown): value is Link =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && typeof value[1] === "number";
