import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import type { FieldPath } from "../../engine/language/faults.ts";

interface Slot {
  readonly name: string;
  readonly type: string;
}

/** A graph that a node of another stands for; the node's type is its id. */
export interface Subgraph {
  readonly id: string;
  readonly graph: JsonObject;
  readonly place: FieldPath;
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
}

export type Definitions = ReadonlyMap<string, Subgraph>;

/** Those that stand in `definitions.subgraphs`, and in that of each of them. */
export function readDefinitions(graph: JsonObject, place: FieldPath): Definitions {
  const found = new Map<string, Subgraph>();
  const visit = (holder: JsonObject, at: FieldPath): void => {
    const { definitions } = holder;
    const subgraphs = isJsonObject(definitions) ? definitions["subgraphs"] : undefined;
    for (const [index, value] of (Array.isArray(subgraphs) ? subgraphs : []).entries()) {
      if (!isJsonObject(value) || typeof value["id"] !== "string" || found.has(value["id"])) continue;
      const own = [...at, "definitions", "subgraphs", index];
      const [inputs, outputs] = [slotsOf(value["inputs"]), slotsOf(value["outputs"])];
      found.set(value["id"], { id: value["id"], graph: value, place: own, inputs, outputs });
      visit(value, own);
    }
  };
  visit(graph, place);
  return found;
}

function slotsOf(value: JsonValue | undefined): readonly Slot[] {
  return (Array.isArray(value) ? value : []).map((slot: JsonValue) => {
    const { name, type } = isJsonObject(slot) ? slot : {};
    return { name: String(name ?? ""), type: String(type ?? "") };
  });
}
