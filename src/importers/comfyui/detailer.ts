import { z } from "zod";
import type { JsonObject } from "../../contracts/json.ts";
import type { SourceFault } from "../source-faults.ts";
import { type GraphNode, isLink } from "./graph-node.ts";
import type { Graph } from "./read-graph.ts";
import { valueAt } from "./trace.ts";

/** Older versions write switches as words. */
const Switch = z.union([
  z.boolean(),
  z.enum(["enabled", "disabled"]).transform((word) => word === "enabled"),
]);
const GuideFor = z.union([z.boolean(), z.enum(["bbox", "crop_region"]).transform((word) => word === "bbox")]);

const Sampling = {
  guide_size: z.number().positive().default(512),
  /** True: of the box; false: of the crop. */
  guide_size_for: GuideFor.default(true),
  max_size: z.number().positive().default(1024),
  seed: z.number().min(0).default(0),
  steps: z.number().positive().default(20),
  cfg: z.number().min(0).default(8),
  sampler_name: z.string().default("euler"),
  scheduler: z.string().default("normal"),
  denoise: z.number().min(0).max(1).default(0.5),
  feather: z.number().min(0).default(5),
  noise_mask: Switch.default(true),
  force_inpaint: Switch.default(true),
  cycle: z.int().min(1).max(20).default(1),
  inpaint_model: Switch.default(false),
  noise_mask_feather: z.number().min(0).default(0),
  wildcard: z.string().max(8000).default(""),
  tiled_encode: Switch.default(false),
  tiled_decode: Switch.default(false),
  refiner_ratio: z.number().default(0),
};

/**
 * A detailer's own values with their defaults; `bbox_*` and `drop_size` of those that detect by themselves; `crop_factor`,
 * `mask_mode` and `batch_size` of those that are given a mask; `max_retries` of the one that retries.
 */
export const DetailerValues = z.object({
  ...Sampling,
  bbox_threshold: z.number().min(0).max(1).default(0.5),
  bbox_dilation: z.number().default(10),
  bbox_crop_factor: z.number().min(1).default(3),
  drop_size: z.number().min(0).default(10),
  crop_factor: z.number().min(1).default(3),
  /** What noise_mask is elsewhere. */
  mask_mode: Switch.default(true),
  batch_size: z.int().min(1).default(1),
  /** How often DetailerForEachAutoRetry tries what a hook of it refuses. */
  max_retries: z.int().min(1).default(1),
});
export type DetailerValues = z.output<typeof DetailerValues>;

/** What a node that finds SEGS is told. */
export const DetectorValues = z.object({
  threshold: z.number().min(0).max(1).default(0.5),
  dilation: z.number().default(10),
  crop_factor: z.number().min(0.5).default(3),
  drop_size: z.number().min(0).default(10),
  labels: z.string().default("all"),
});
export type DetectorValues = z.output<typeof DetectorValues>;

/** The same of a "simple" one, which has a second detector and SAM as well. */
const SimpleDetectorValues = z.object({
  bbox_threshold: DetectorValues.shape.threshold,
  bbox_dilation: z.number().default(0),
  crop_factor: DetectorValues.shape.crop_factor,
  drop_size: DetectorValues.shape.drop_size,
  sub_threshold: DetectorValues.shape.threshold,
  sub_dilation: z.number().default(0),
  post_dilation: z.number().default(0),
});

/** What values are called where they stand in the graph. */
export interface WrittenNames {
  readonly threshold: string;
  readonly dilation: string;
}

export const DETECTOR_NAMES: WrittenNames = { threshold: "threshold", dilation: "dilation" };

/** How a second detector draws outlines. */
export interface DrawingValues {
  readonly written: WrittenNames;
  readonly threshold: number;
  /** With `grownAfter` in it. */
  readonly dilation: number;
  /** What the boxes grow by once more, after they were cut to the outlines. */
  readonly grownAfter: number;
}

/** What a simple detector is told, as what others are: it grows what it has found, and once more at the end. */
export function simpleDetectorValues(
  graph: Graph,
  node: GraphNode,
  faults: SourceFault[],
): { readonly values: DetectorValues; readonly written: WrittenNames; readonly drawing: DrawingValues } {
  const given = valuesOf(SimpleDetectorValues, node, node.inputs, graph, faults);
  const { bbox_threshold, bbox_dilation, sub_threshold, sub_dilation, post_dilation } = given;
  const { crop_factor, drop_size } = given;
  const dilation = bbox_dilation + post_dilation;
  const grownBy = (name: string) => (post_dilation === 0 ? name : `${name} + post_dilation`);
  return {
    written: { threshold: "bbox_threshold", dilation: grownBy("bbox_dilation") },
    values: { threshold: bbox_threshold, dilation, crop_factor, drop_size, labels: "all" },
    drawing: {
      written: { threshold: "sub_threshold", dilation: grownBy("sub_dilation") },
      threshold: sub_threshold,
      dilation: Math.max(0, sub_dilation) + post_dilation,
      grownAfter: post_dilation,
    },
  };
}

/** Detailers, and what tells them where to paint: they detect by themselves, or are given SEGS or a mask. */
export const DETAILERS: Readonly<Record<string, { readonly by: "itself" | "segs" | "mask" }>> = {
  FaceDetailer: { by: "itself" },
  FaceDetailerPipe: { by: "itself" },
  DetailerForEach: { by: "segs" },
  DetailerForEachAutoRetry: { by: "segs" },
  DetailerForEachDebug: { by: "segs" },
  DetailerForEachPipe: { by: "segs" },
  DetailerForEachDebugPipe: { by: "segs" },
  MaskDetailerPipe: { by: "mask" },
};

export const isDetailer = ({ type, bypassed }: GraphNode): boolean =>
  !bypassed && Object.hasOwn(DETAILERS, type);

/** The values of a node, those of primitives followed; what does not fit is added to `faults` and has its default. */
export function valuesOf<S extends z.ZodObject>(
  schema: S,
  node: GraphNode,
  fields: JsonObject,
  graph: Graph,
  faults: SourceFault[],
): z.output<S> {
  const given = Object.keys(schema.shape).flatMap((name) => {
    const value = valueAt(graph, fields[name]);
    return value === undefined || isLink(value) ? [] : [[name, value] as const];
  });
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    const [name] = path;
    const inner = node.inputsPath === null || typeof name !== "string" ? [] : [name];
    const what = node.inputsPath === null ? `${String(name)}: ` : "";
    faults.push({ path: [...(node.inputsPath ?? node.path), ...inner], message: `${what}${message}.` });
  }
  return schema.parse({});
}

/** The same of a detailer, whose mask_mode is what noise_mask is elsewhere. */
export function detailerValues(
  graph: Graph,
  node: GraphNode,
  fields: JsonObject,
  faults: SourceFault[],
): DetailerValues {
  const values = valuesOf(DetailerValues, node, fields, graph, faults);
  return { ...values, noise_mask: values.noise_mask && values.mask_mode };
}

/** `FaceDetailer 12`, as notes and comments call a node. */
export const nameOf = ({ type, id }: GraphNode): string => `${type} ${id}`;
