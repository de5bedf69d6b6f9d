import { z } from "zod";
import type { JsonObject } from "../../contracts/json.ts";
import { type DraftRecord, from } from "../draft.ts";
import type { ImportOptions, Notes } from "../imported.ts";
import type { SourceFault } from "../source-faults.ts";
import { DETECTOR_NAMES, type DetailerValues, DetectorValues, nameOf, valuesOf } from "./detailer.ts";
import { type Finds, segsOf } from "./finds.ts";
import type { GraphNode } from "./graph-node.ts";
import { type DetailNames, detailStep, type Pass } from "./pass.ts";
import { type Graph, linkOf } from "./read-graph.ts";
import { fieldLink, originOf } from "./trace.ts";
import { notePass } from "./without-equivalent.ts";

/* MaskDetailerPipe is given a mask, of which it details each part by itself; so is a detailer of SEGS by MaskToSEGS. */

/** Nodes that detect and give one mask, and which input is their detector. */
const COMBINED: Readonly<Record<string, string>> = {
  BboxDetectorCombined: "bbox_detector",
  BboxDetectorCombined_v2: "bbox_detector",
  SegmDetectorCombined: "segm_detector",
  SegmDetectorCombined_v2: "segm_detector",
};

/** What a detailer is given a mask by, and its values there. */
export interface GivenMask {
  readonly fields: JsonObject;
  readonly values: DetailerValues;
}

const MaskToSegs = z.object({
  combined: z.boolean().default(false),
  crop_factor: DetectorValues.shape.crop_factor,
  bbox_fill: z.boolean().default(false),
  drop_size: DetectorValues.shape.drop_size,
});

/** Null where the SEGS of a detailer are not a mask's. */
export function maskOfSegs(
  graph: Graph,
  detailer: GraphNode,
  values: DetailerValues,
  notes: Notes,
  faults: SourceFault[],
): GivenMask | null {
  const node = originOf(graph, linkOf(detailer, "segs"))?.node;
  if (node?.type !== "MaskToSEGS") return null;
  const { combined, bbox_fill, ...own } = valuesOf(MaskToSegs, node, node.inputs, graph, faults);
  if (combined)
    notes.add("changed", `${nameOf(node)}.combined`, "each connected part of the mask is zoomed by itself.");
  if (bbox_fill)
    notes.add(
      "dropped",
      `${nameOf(node)}.bbox_fill`,
      "what the mask covers is repainted, not the box around it.",
    );
  return { fields: { ...node.inputs }, values: { ...values, ...own } };
}

/** What the mask was made of, where something was detected; else a mask that the workflow is to be given. */
export function maskSource(
  graph: Graph,
  detailer: GraphNode,
  fields: JsonObject,
  { crop_factor, drop_size }: DetailerValues,
  notes: Notes,
  faults: SourceFault[],
): Finds | "given" | null {
  const origin = originOf(graph, fieldLink(fields, "mask"))?.node;
  if (origin?.type === "SegsToCombinedMask") {
    const finds = segsOf(graph, detailer, linkOf(origin, "segs"), notes, faults);
    return finds && { ...finds, values: { ...finds.values, crop_factor, drop_size } };
  }
  const input = origin === undefined ? undefined : COMBINED[origin.type];
  if (origin === undefined || input === undefined) return "given";
  const values = valuesOf(DetectorValues, origin, origin.inputs, graph, faults);
  return {
    values: { ...values, crop_factor, drop_size },
    written: { ...DETECTOR_NAMES, crop_factor: "crop_factor" },
    detector: linkOf(origin, input),
    outlines: null,
    image: linkOf(origin, "image"),
    node: origin,
    filters: [],
  };
}

/** Around each part of a mask, whose size nobody knows before there is a picture. */
const MARGIN = 64;

/** The step that repaints what a given mask covers; each connected part of it is a region with a crop of its own. */
export function givenMaskStep(
  names: Omit<DetailNames, "maskId" | "find">,
  maskImage: string,
  pass: Omit<Pass, "finds">,
  options: ImportOptions,
  notes: Notes,
): DraftRecord {
  const { node, values } = pass;
  const finds: Finds = {
    values: DetectorValues.parse({ crop_factor: values.crop_factor }),
    written: { ...DETECTOR_NAMES, crop_factor: "crop_factor" },
    detector: null,
    outlines: null,
    image: null,
    node,
    filters: [],
  };
  notePass({ ...pass, finds }, notes);
  for (const [input, applies, message] of REMARKS)
    if (applies(values)) notes.add("changed", `${nameOf(node)}.${input}`, message);
  const most = Math.min(Math.max(Math.round(values.max_size), 64), 4096);
  const guide = values.guide_size * (values.guide_size_for ? values.crop_factor : 1);
  const step = detailStep({ ...names, maskId: "", find: "" }, { ...pass, finds }, options, notes);
  return {
    ...step,
    forEach: undefined,
    as: undefined,
    maskImage,
    maskMargin: from(MARGIN, `crop_factor ${values.crop_factor}`),
    guideSize: from(
      Math.min(Math.max(Math.round(guide), 64), most),
      `guide_size ${values.guide_size}, as for a square`,
    ),
    candidates:
      values.batch_size > 1
        ? from(Math.min(values.batch_size, 20), `batch_size ${values.batch_size}`)
        : undefined,
  };
}

const REMARKS: readonly [string, (values: DetailerValues) => boolean, string][] = [
  [
    "crop_factor",
    () => true,
    `its crop is a multiple of each part of the mask; here the margin is ${MARGIN} pixels, whatever its size.`,
  ],
  [
    "feather",
    ({ feather }) => feather > 0,
    "a mask that is given is laid on as it is; one that should fade has to be soft itself.",
  ],
  ["drop_size", ({ drop_size: drop }) => drop > 1, "small parts of a mask are repainted as well."],
  [
    "batch_size",
    ({ batch_size: size }) => size > 1,
    "the first one goes on; the others are candidates of the step.",
  ],
];
