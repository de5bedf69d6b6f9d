import type { JsonObject } from "../../contracts/json.ts";
import type { Notes } from "../imported.ts";
import type { SourceFault } from "../source-faults.ts";
import {
  DETAILERS,
  DETECTOR_NAMES,
  type DetailerValues,
  DetectorValues,
  type DrawingValues,
  nameOf,
  simpleDetectorValues,
  valuesOf,
  type WrittenNames,
} from "./detailer.ts";
import { isFilter } from "./filters.ts";
import type { GraphNode, Link } from "./graph-node.ts";
import { hooksOf } from "./hooks.ts";
import { type Graph, linkOf } from "./read-graph.ts";
import { fieldLink, originOf, pipeFields } from "./trace.ts";

/** What a detailer works on: by itself, or as other nodes found it. */
export interface Finds {
  readonly values: DetectorValues;
  readonly written: WrittenNames & { readonly crop_factor: string };
  readonly detector: Link | null;
  /** A second detector that draws the outlines within the boxes, and how. */
  readonly outlines: Outlines | null;
  /** The picture that is looked at. */
  readonly image: Link | null;
  /** The node that detects. */
  readonly node: GraphNode;
  /** Nodes between it and the detailer that choose among the finds, the first one first. */
  readonly filters: readonly GraphNode[];
}

interface Outlines extends DrawingValues {
  readonly link: Link;
}

const outlinesOf = (fields: JsonObject, drawing: DrawingValues): Outlines | null => {
  const link = fieldLink(fields, "segm_detector_opt");
  return link === null ? null : { link, ...drawing };
};

/** Whether SAM refines what was found; then nobody asks the second detector. */
export const isRefinedBySam = (graph: Graph, { node }: Finds): boolean =>
  fieldLink(pipeFields(graph, node), "sam_model_opt") !== null;

/** What one detector is told that finds and draws: to count, something has to pass both of its thresholds. */
export const ownOutlines = (finds: Finds): Finds => {
  const { values, written, outlines } = finds;
  if (outlines === null) return finds;
  const stricter = outlines.threshold > values.threshold ? outlines : { ...values, written };
  return {
    ...finds,
    values: { ...values, threshold: stricter.threshold, dilation: outlines.dilation },
    written: { ...written, threshold: stricter.written.threshold, dilation: outlines.written.dilation },
  };
};

/** Nodes that find SEGS, and which input is their detector. */
const FINDERS: Readonly<Record<string, string>> = {
  BboxDetectorSEGS: "bbox_detector",
  SegmDetectorSEGS: "segm_detector",
  ImpactSimpleDetectorSEGS: "bbox_detector",
  ImpactSimpleDetectorSEGSPipe: "bbox_detector",
};

const isSimple = ({ type }: GraphNode): boolean => type.startsWith("ImpactSimpleDetector");

/** Null where what finds is not imported; a note says so. */
export function findsOf(
  graph: Graph,
  detailer: GraphNode,
  fields: JsonObject,
  values: DetailerValues,
  notes: Notes,
  faults: SourceFault[],
): Finds | null {
  if (DETAILERS[detailer.type]?.by !== "itself")
    return segsOf(graph, detailer, linkOf(detailer, "segs"), notes, faults);
  const written = {
    threshold: "bbox_threshold",
    dilation: "bbox_dilation",
    crop_factor: "bbox_crop_factor",
  };
  return {
    written,
    values: {
      threshold: values.bbox_threshold,
      dilation: values.bbox_dilation,
      crop_factor: values.bbox_crop_factor,
      drop_size: values.drop_size,
      labels: "all",
    },
    detector: fieldLink(fields, "bbox_detector"),
    outlines: outlinesOf(fields, {
      written,
      threshold: values.bbox_threshold,
      dilation: values.bbox_dilation,
      grownAfter: 0,
    }),
    image: linkOf(detailer, "image"),
    node: detailer,
    filters: hooksOf(graph, fieldLink(fields, "detailer_hook")).filter(isFilter),
  };
}

/** @param segs where the detailer, or what makes a mask for it, is given them */
export function segsOf(
  graph: Graph,
  detailer: GraphNode,
  segs: Link | null,
  notes: Notes,
  faults: SourceFault[],
): Finds | null {
  const filters: GraphNode[] = [];
  let origin = originOf(graph, segs);
  while (origin !== null && isFilter(origin.node) && !filters.includes(origin.node)) {
    if (origin.slot !== 0)
      notes.add(
        "dropped",
        nameOf(origin.node),
        "its second output, the finds that it did not choose; the chosen ones are taken.",
      );
    filters.unshift(origin.node);
    origin = originOf(graph, linkOf(origin.node, "segs"));
  }
  const node = origin?.node;
  const input = node === undefined ? undefined : FINDERS[node.type];
  if (node === undefined || input === undefined) {
    const what = node === undefined ? "nothing" : nameOf(node);
    notes.add(
      "dropped",
      nameOf(detailer),
      `left out: its segs come from ${what}, which is not imported; what ${Object.keys(FINDERS).join(", ")} find is.`,
    );
    return null;
  }
  const given = pipeFields(graph, node);
  const simple = isSimple(node) ? simpleDetectorValues(graph, node, faults) : null;
  return {
    written: {
      ...(simple?.written ?? DETECTOR_NAMES),
      crop_factor: "crop_factor",
    },
    values: simple?.values ?? valuesOf(DetectorValues, node, node.inputs, graph, faults),
    detector: fieldLink(given, input),
    outlines: simple && outlinesOf(given, simple.drawing),
    image: linkOf(node, "image"),
    node,
    filters: [...hooksOf(graph, fieldLink(given, "detailer_hook")).filter(isFilter), ...filters],
  };
}
