import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import type { FieldPath } from "../../engine/language/faults.ts";
import { type GraphNode, isLink, type Link } from "./graph-node.ts";
import { type Definitions, readDefinitions, type Subgraph } from "./subgraphs.ts";
import { SEED_CONTROL, SEED_CONTROLS, WIDGETS } from "./widgets.ts";

/* A graph as the editor saves it. Subgraphs are laid flat: their nodes are called `12:7`, as the API calls them. */

const MUTED = 2;
const BYPASSED = 4;
/** As the origin of links within a subgraph: what its own inputs are given. */
const OUTSIDE = "-10";
/** As their target: what its outputs give. */
const GIVEN_OUT = "-20";

interface Scope {
  readonly definitions: Definitions;
  /** Before the ids of its nodes. */
  readonly prefix: string;
  readonly place: FieldPath;
  /** What each input of the subgraph is given; nothing in the graph itself. */
  readonly given: readonly (JsonValue | undefined)[];
  /** Ids of the nodes in it that stand for subgraphs. */
  readonly instances: ReadonlySet<string>;
  /** Subgraphs that it stands in: one that holds itself ends there. */
  readonly within: readonly string[];
}

export function readEditorNodes(value: JsonValue, place: FieldPath): GraphNode[] | null {
  if (!isJsonObject(value) || !Array.isArray(value["nodes"])) return null;
  const definitions = readDefinitions(value, place);
  const instances = instancesOf(value, definitions);
  return readScope(value, { definitions, prefix: "", place, given: [], instances, within: [] });
}

function instancesOf({ nodes }: JsonObject, definitions: Definitions): ReadonlySet<string> {
  const all = (Array.isArray(nodes) ? nodes : []).filter(isJsonObject);
  return new Set(all.flatMap(({ id, type }) => (definitions.has(String(type)) ? [String(id)] : [])));
}

function readScope(graph: JsonObject, scope: Scope): GraphNode[] {
  const { definitions, place, within } = scope;
  const links = readLinks(graph["links"]);
  const nodes = Array.isArray(graph["nodes"]) ? graph["nodes"] : [];
  return nodes.flatMap((node: JsonValue, at): GraphNode[] => {
    if (!isJsonObject(node) || typeof node["type"] !== "string" || node["mode"] === MUTED) return [];
    const subgraph = definitions.get(node["type"]);
    if (subgraph !== undefined)
      return within.includes(node["type"]) ? [] : readInstance(node, subgraph, links, scope);
    const { id, type } = node;
    const inputs = { ...widgetValues(type, node["widgets_values"]), ...linkedInputs(node, links, scope) };
    const path = [...place, "nodes", at];
    const bypassed = node["mode"] === BYPASSED;
    return [{ id: scope.prefix + String(id), type, inputs, bypassed, path, inputsPath: null }];
  });
}

/** The nodes of a subgraph that a node stands for, and for each of its outputs one that hands on what it gives. */
function readInstance(
  node: JsonObject,
  subgraph: Subgraph,
  links: ReadonlyMap<string, Link>,
  scope: Scope,
): GraphNode[] {
  const id = scope.prefix + String(node["id"]);
  const given = givenTo(node, subgraph, links, scope);
  const inner: Scope = {
    definitions: scope.definitions,
    prefix: `${id}:`,
    place: subgraph.place,
    given,
    instances: instancesOf(subgraph.graph, scope.definitions),
    within: [...scope.within, subgraph.id],
  };
  const ends = readLinks(subgraph.graph["links"], GIVEN_OUT);
  const bypassed = node["mode"] === BYPASSED;
  const outputs = subgraph.outputs.map(({ type }, slot): GraphNode => {
    const through = subgraph.inputs.findIndex((input, at) => input.type === type && isLink(given[at]));
    const end = ends.get(String(slot));
    const value = bypassed ? given[through] : end === undefined ? undefined : whatComes(end, inner);
    const inputs = value === undefined ? {} : { "": value };
    return { ...HANDS_ON, id: outputId(id, slot), inputs, path: scope.place };
  });
  return bypassed ? outputs : [...readScope(subgraph.graph, inner), ...outputs];
}

const HANDS_ON = { type: "Reroute", bypassed: false, inputsPath: null } as const;

const outputId = (instance: string, slot: number): string => `${instance}#${slot}`;

/** What a link gives within a scope: a value from outside, or the link by the ids of the flat graph. */
function whatComes([origin, slot]: Link, { prefix, given, instances }: Scope): JsonValue | undefined {
  if (origin === OUTSIDE) return given[slot];
  return instances.has(origin) ? [outputId(prefix + origin, slot), 0] : [prefix + origin, slot];
}

/** `[id, from, slot, to, slot, type]`, or in later versions a record of the same; by id, or by the slot of one target. */
function readLinks(value: JsonValue | undefined, target?: string): ReadonlyMap<string, Link> {
  const links = new Map<string, Link>();
  for (const link of Array.isArray(value) ? value : []) {
    const [id, from, slot, to, at] = Array.isArray(link)
      ? link
      : isJsonObject(link)
        ? [link["id"], link["origin_id"], link["origin_slot"], link["target_id"], link["target_slot"]]
        : [];
    if (from === undefined || (target !== undefined && String(to) !== target)) continue;
    links.set(String(target === undefined ? id : at), [String(from), Number(slot)]);
  }
  return links;
}

function linkedInputs(node: JsonObject, links: ReadonlyMap<string, Link>, scope: Scope): JsonObject {
  const linked = inputsOf(node).flatMap((input, at) => {
    const link = linkInto(input, links);
    const value = link === undefined ? undefined : whatComes(link, scope);
    return value === undefined ? [] : [[String(input["name"] || at), value] as const];
  });
  return Object.fromEntries(linked);
}

function linkInto(input: JsonObject, links: ReadonlyMap<string, Link>): Link | undefined {
  return input["link"] === null || input["link"] === undefined ? undefined : links.get(String(input["link"]));
}

const inputsOf = (node: JsonObject): readonly JsonObject[] =>
  (Array.isArray(node["inputs"]) ? node["inputs"] : []).filter(isJsonObject);

/** For each input of a subgraph what is linked to it, else what its widget on the node shows. */
function givenTo(
  node: JsonObject,
  { inputs }: Subgraph,
  links: ReadonlyMap<string, Link>,
  scope: Scope,
): readonly (JsonValue | undefined)[] {
  const own = inputsOf(node);
  const widgets = own.filter((input) => isJsonObject(input["widget"]));
  const values = node["widgets_values"];
  return inputs.map(({ name }) => {
    const input = own.find((one) => one["name"] === name);
    if (input === undefined) return undefined;
    const link = linkInto(input, links);
    if (link !== undefined) return whatComes(link, scope);
    const at = widgets.indexOf(input);
    return at >= 0 && Array.isArray(values) ? values[at] : undefined;
  });
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
