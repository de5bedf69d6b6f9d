import { type Draft, type DraftRecord, from } from "../draft.ts";
import type { Notes } from "../imported.ts";
import { literal } from "../prompt-text.ts";
import { nameOf } from "./detailer.ts";
import { filterKind } from "./filters.ts";
import type { Finds } from "./finds.ts";
import type { GraphNode } from "./graph-node.ts";
import type { Graph } from "./read-graph.ts";
import { valueAt } from "./trace.ts";

/** Sorts by what a filter measures: largest or last first, smallest or first first. */
const ORDERS: Readonly<Record<string, readonly [descending: string | null, ascending: string | null]>> = {
  "area(=w*h)": ["area", null],
  confidence: ["confidence", null],
  x1: ["rightToLeft", "leftToRight"],
  x2: ["rightToLeft", "leftToRight"],
  y1: [null, "topToBottom"],
  y2: [null, "topToBottom"],
};

/** What a range filter measures of a crop, of which the box is the crop factor's share in each direction. */
const MEASURES: Readonly<Record<string, readonly [expression: string, directions: number]>> = {
  "area(=w*h)": ["box.width * box.height", 2],
  width: ["box.width", 1],
  height: ["box.height", 1],
};

interface Chosen {
  classes?: Draft;
  where: string[];
  sort?: Draft;
  take?: Draft;
}

/** Which finds count: the drop size, the labels, and the nodes that filter. */
export function selectionOf(
  graph: Graph,
  finds: Finds,
  sort: string | null,
  notes: Notes,
): DraftRecord | undefined {
  const { drop_size: drop, labels } = finds.values;
  const chosen: Chosen = { where: drop > 0 ? [`box.width > ${drop} and box.height > ${drop}`] : [] };
  const names = labelsOf(labels);
  if (names !== null) chosen.classes = { include: from(names, "labels") };
  for (const filter of finds.filters) applyFilter(graph, filter, finds.values.crop_factor, chosen, notes);
  if (sort !== null) setSort(chosen, from(sort, "wildcard"), nameOf(finds.node), notes);
  const { classes, where, take } = chosen;
  if (classes === undefined && where.length === 0 && chosen.sort === undefined) return undefined;
  const condition =
    where.length === 0 ? undefined : where.map((one) => (where.length > 1 ? `(${one})` : one)).join(" and ");
  return {
    classes,
    where:
      condition === undefined
        ? undefined
        : from(condition, `drop_size ${drop}${where.length > 1 ? " and filters" : ""}`),
    sort: chosen.sort,
    take,
  };
}

function labelsOf(text: string): string[] | null {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return names.length === 0 || names.includes("all") ? null : names.map(literal);
}

function applyFilter(
  graph: Graph,
  filter: GraphNode,
  cropFactor: number,
  chosen: Chosen,
  notes: Notes,
): void {
  const value = (name: string) => valueAt(graph, filter.inputs[name]);
  const name = nameOf(filter);
  const kind = filterKind(filter);
  if (kind === "labels") {
    const names = labelsOf(String(value("labels") ?? "all"));
    if (names !== null) chosen.classes = { include: from(names, name) };
    return;
  }
  const target = String(value("target") ?? "area(=w*h)");
  if (kind === "range") {
    const [measure, directions] = MEASURES[target] ?? [null, 0];
    const [low, high] = [
      Number(value("min_value") ?? 0),
      Number(value("max_value") ?? Number.MAX_SAFE_INTEGER),
    ];
    if (measure === null || !Number.isFinite(low) || !Number.isFinite(high)) {
      notes.add("dropped", name, `a range of ${target}; select.where can say what is meant.`);
      return;
    }
    const scale = cropFactor ** directions;
    const inside = `${measure} >= ${short(low / scale)} and ${measure} <= ${short(high / scale)}`;
    chosen.where.push(value("mode") === false ? `not (${inside})` : inside);
    notes.add(
      "changed",
      name,
      "it measures crops; here boxes are measured, and its bounds are divided by the crop factor.",
    );
    return;
  }
  const order = ORDERS[target]?.[value("order") === false ? 1 : 0] ?? null;
  if (order === null)
    notes.add(
      "dropped",
      name,
      `there is no order by ${target} in that direction; the detector's order is kept.`,
    );
  else setSort(chosen, from(order, name), name, notes);
  const [start, count] = [Number(value("take_start") ?? 0), Number(value("take_count") ?? 1)];
  if (Number.isInteger(start) && Number.isInteger(count) && start >= 0 && count >= 1 && count <= 1000)
    chosen.take = from(start === 0 ? count : Array.from({ length: count }, (_, at) => start + 1 + at), name);
}

function setSort(chosen: Chosen, sort: Draft, name: string, notes: Notes): void {
  if (chosen.sort === undefined) chosen.sort = sort;
  else
    notes.add("changed", name, "finds are sorted once, before they are taken; the second order is left out.");
}

const short = (value: number): number => Number(value.toFixed(2));
