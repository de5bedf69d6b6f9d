import type { GraphNode } from "./graph-node.ts";

type FilterKind = "order" | "range" | "labels";

/** Nodes that choose among finds, and hooks of detectors that do the same. */
const FILTERS: Readonly<Record<string, FilterKind>> = {
  ImpactSEGSOrderedFilter: "order",
  ImpactSEGSRangeFilter: "range",
  ImpactSEGSLabelFilter: "labels",
  SEGSOrderedFilterDetailerHookProvider: "order",
  SEGSRangeFilterDetailerHookProvider: "range",
  SEGSLabelFilterDetailerHookProvider: "labels",
};

export const filterKind = ({ type }: GraphNode): FilterKind | undefined => FILTERS[type];

export const isFilter = (node: GraphNode): boolean => filterKind(node) !== undefined;
