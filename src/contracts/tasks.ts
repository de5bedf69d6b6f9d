import { z } from "zod";
import { Box, Detection } from "./detection.ts";
import { ArtifactUUID } from "./ids.ts";

/* The API's field names are the vocabulary. Here stand the base fields of each task with their widest ranges;
   the wire (Wire…) and the workflow language (Step…) each narrow or widen them in one named place. */

export const TaskType = z.enum([
  "imageMasking",
  "imageInference",
  "composite",
  "resize",
  "upload",
  "webhook",
  "review",
  "use",
  /** The fan-in of a `forEach` step; no author writes it. */
  "gather",
]);
export type TaskType = z.output<typeof TaskType>;

export const Sort = z.enum([
  "confidence",
  "area",
  "leftToRight",
  "rightToLeft",
  "topToBottom",
  "centerToEdge",
]);
export type Sort = z.output<typeof Sort>;

/** Which of the detections count: docs/masks-and-zoom.md, "From detections to a mask", 2. Areas are shares of the picture, bounds inclusive. */
export const Selection = z.strictObject({
  where: z.string().optional(),
  sort: Sort.optional(),
  /** The first k after sorting, or 1-based picks such as [1, 3]. */
  take: z.union([z.int().min(1), z.array(z.int().min(1)).min(1)]).optional(),
  minArea: z.number().min(0).max(1).optional(),
  maxArea: z.number().min(0).max(1).optional(),
  classes: z
    .strictObject({ include: z.array(z.string()).optional(), exclude: z.array(z.string()).optional() })
    .optional(),
});
export type Selection = z.output<typeof Selection>;

export const ShapeName = z.enum(["box", "ellipse", "hull", "segmentation"]);
export type ShapeName = z.output<typeof ShapeName>;

/** How a mask is made of detections; pixels throughout. */
export const MaskOptions = z.strictObject({
  /** Grows (positive) or shrinks (negative) every shape by this Euclidean distance. */
  maskPadding: z.int().min(-128).max(128).default(4),
  /** Width of the fade outside the padded shape. */
  maskBlur: z.int().min(0).max(512).default(4),
  shape: ShapeName.optional(),
  invert: z.boolean().default(false),
});
export type MaskOptions = z.output<typeof MaskOptions>;

/** What a detection must score above where nobody says otherwise: the API's own default, for every model. */
export const DEFAULT_CONFIDENCE = 0.25;

/** `auto` also looks into overlapping parts of large pictures, so that small things are found: docs/models.md, "Tiling". */
export const Tiling = z.enum(["auto", "off"]);
export type Tiling = z.output<typeof Tiling>;

/** What happens where nothing is detected; skip = the step yields its input unchanged. */
const OnEmpty = z.union([z.enum(["skip", "fail"]), z.strictObject({ fallback: z.string().min(1) })]);

/** Of several the union is meant: the lighter of their levels at each pixel. */
const GivenMasks = z.union([ArtifactUUID, z.array(ArtifactUUID).min(2)]);

/** The resolved parameters of one imageMasking task: no expression is left in it. */
export const ImageMaskingParameters = MaskOptions.extend({
  inputImage: ArtifactUUID,
  model: z.string().min(1),
  /** Detections score above this. */
  confidence: z.number().min(0).max(1).default(DEFAULT_CONFIDENCE),
  select: Selection.default({}),
  /** The values of the outer names that `select.where` refers to, such as `{ inputs: { least: 0.4 } }`. */
  whereScope: z.record(z.string(), z.json()).optional(),
  combine: z.enum(["union", "perDetection"]).default("union"),
  within: GivenMasks.optional(),
  tiling: Tiling.default("auto"),
  onEmpty: OnEmpty.default("skip"),
});
export type ImageMaskingParameters = z.output<typeof ImageMaskingParameters>;

export const ImageMaskingResult = z.strictObject({
  /** The input, unchanged. */
  image: ArtifactUUID,
  width: z.int().positive(),
  height: z.int().positive(),
  /** Null where nothing was detected and the mask is black. */
  maskImage: ArtifactUUID.nullable(),
  detections: z.array(Detection),
  count: z.int().min(0),
  fallbackUsed: z.boolean().default(false),
});
export type ImageMaskingResult = z.output<typeof ImageMaskingResult>;

const Weighted = z.looseObject({ model: z.string(), weight: z.number().optional() });

/** API fields that pass through to the providers that take them; a provider that does not ignores them with a warning. */
export const GenerationParameters = z.strictObject({
  positivePrompt: z.string().max(10_000).optional(),
  negativePrompt: z.string().max(10_000).optional(),
  strength: z.number().min(0).max(1).optional(),
  steps: z.int().min(1).max(200).optional(),
  CFGScale: z.number().min(0).max(50).optional(),
  scheduler: z.string().optional(),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  clipSkip: z.int().min(0).max(12).optional(),
  promptWeighting: z.enum(["compel", "sdEmbeds"]).optional(),
  vae: z.string().optional(),
  lora: z.array(Weighted).optional(),
  embeddings: z.array(Weighted).optional(),
  controlNet: z.array(z.looseObject({ model: z.string() })).optional(),
  ipAdapters: z.array(z.looseObject({ model: z.string() })).optional(),
  refiner: z.looseObject({ model: z.string() }).optional(),
  acceleration: z.enum(["none", "low", "medium", "high"]).optional(),
  acceleratorOptions: z.record(z.string(), z.unknown()).optional(),
  checkNSFW: z.boolean().optional(),
  /** What only one provider understands, such as a ComfyUI template's name or a fill's colour. */
  settings: z.record(z.string(), z.unknown()).optional(),
});
export type GenerationParameters = z.output<typeof GenerationParameters>;

/** How regions are cut out, zoomed and blended back: docs/masks-and-zoom.md, "With zoom". */
export const ZoomOptions = z.strictObject({
  /** Pixels of context around a region. Its presence switches the zoom on; without it the whole image is sent. */
  maskMargin: z.int().min(0).max(512).optional(),
  outputScale: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).default(1),
  /** Long side a region is scaled to, instead of the inpainter's native size. */
  guideSize: z.int().min(64).max(4096).optional(),
  maxSize: z.int().min(64).max(8192).optional(),
  skipIfLarger: z.boolean().default(false),
  /** Default: on for generative inpainters, off for fills and super-resolution. */
  colorMatch: z.boolean().optional(),
});
export type ZoomOptions = z.output<typeof ZoomOptions>;

const Comparison = z
  .string()
  .regex(/^\s*(<|<=|>|>=)\s*-?\d+(\.\d+)?\s*$/)
  .meta({ description: 'a comparison such as "< 1.3"' });

/** Quality gate of one region: docs/masks-and-zoom.md, "Quality numbers". What could not be measured is accepted. */
export const Acceptance = z.strictObject({
  seam: Comparison.optional(),
  /** Of the finished region: after colours were matched, where they are. */
  colorShift: Comparison.optional(),
  sharpnessGain: Comparison.optional(),
  otherwise: z.enum(["reroll", "keepOriginal", "fail"]),
  /** How often it is rerolled at most; default 1. */
  times: z.int().min(1).max(20).optional(),
  /** What happens where no reroll was accepted; default keepOriginal. */
  finally: z.enum(["keepOriginal", "fail"]).optional(),
});
export type Acceptance = z.output<typeof Acceptance>;

/** How a face in the mask is turned: its box, and the degrees by which it is turned clockwise, as seen. */
export const Turn = z.strictObject({ box: Box, roll: z.number() });
export type Turn = z.output<typeof Turn>;

/** The resolved parameters of one imageInference task. */
export const ImageInferenceParameters = GenerationParameters.extend({
  ...ZoomOptions.shape,
  seedImage: ArtifactUUID,
  maskImage: GivenMasks.optional(),
  model: z.string().min(1),
  /** Of what is worked on: a picture of another size covers it, cropped around its middle. Default: the picture's own. */
  width: z.int().min(1).max(32_768).optional(),
  height: z.int().min(1).max(32_768).optional(),
  strict: z.boolean().default(false),
  accept: Acceptance.optional(),
  /** How many results are made, with the seeds seed, seed + 1, …; the first is the step's image. */
  candidates: z.int().min(1).max(20).default(1),
  /** `landmarks`: a region is turned upright by the roll of the face in it before it is repainted, and back after. */
  align: z.enum(["none", "landmarks"]).default("none"),
  /** The faces of the mask, filled in by the engine where `align` is `landmarks`. */
  turns: z.array(Turn).optional(),
});
export type ImageInferenceParameters = z.output<typeof ImageInferenceParameters>;

/** Quality numbers of one region: docs/masks-and-zoom.md, "Quality numbers". Null where there is nothing to measure. */
export const RegionQuality = z.strictObject({
  box: z.tuple([z.int(), z.int(), z.int(), z.int()]),
  crop: z.tuple([z.int(), z.int(), z.int(), z.int()]),
  scale: z.number(),
  status: z.enum(["inpainted", "keptOriginal", "skippedLarger", "dropped"]),
  /** How often it was painted, where a quality gate judged it. The numbers are those of the last try. */
  tries: z.int().min(1).optional(),
  /** Of the last try; absent where nothing is left to chance. */
  seed: z.number().optional(),
  /** Degrees by which the crop was turned anticlockwise, so that the face in it stood upright; without it, not at all. */
  turned: z.number().optional(),
  seam: z.number().nullable(),
  colorShiftBefore: z.number().nullable(),
  colorShiftAfter: z.number().nullable(),
  sharpnessGain: z.number().nullable(),
});
export type RegionQuality = z.output<typeof RegionQuality>;

const PictureQuality = z.strictObject({
  regions: z.array(RegionQuality),
  pixelsChangedOutside: z.int().nullable(),
  pixelsChangedInside: z.int().nullable(),
});

const PictureResult = z.strictObject({
  image: ArtifactUUID,
  width: z.int().positive(),
  height: z.int().positive(),
});

export const ImageInferenceResult = PictureResult.extend({
  seed: z.number().optional(),
  /** All that something was painted with, tries that were not accepted and candidates included, each once. */
  seeds: z.array(z.number()).optional(),
  /** The union of the masks, where there were several. */
  maskImage: ArtifactUUID.optional(),
  /** Whether any of what was made is not safe for work, as a provider says that looked at all of it; else absent. */
  NSFWContent: z.boolean().optional(),
  /** All results, `image` first; the quality is that of `image`. */
  candidates: z.array(ArtifactUUID).optional(),
  quality: PictureQuality,
});
export type ImageInferenceResult = z.output<typeof ImageInferenceResult>;

/** Lays `over` on `base` through `mask`; all three are of one size, a mask's within 1 % of its shape. */
export const CompositeParameters = z.strictObject({
  base: ArtifactUUID,
  over: ArtifactUUID,
  mask: GivenMasks,
});
export type CompositeParameters = z.output<typeof CompositeParameters>;

/** `regions` is empty: a composite zooms nothing. */
export const CompositeResult = PictureResult.extend({
  /** The union of the masks, where there were several. */
  maskImage: ArtifactUUID.optional(),
  quality: PictureQuality,
});
export type CompositeResult = z.output<typeof CompositeResult>;

/** How a picture gets into a frame of another shape; as in CSS `object-fit`, but that `contain` and `inside` differ. */
export const Fit = z.enum(["inside", "outside", "cover", "contain", "fill"]);
export type Fit = z.output<typeof Fit>;

/** One side alone keeps the picture's shape, whatever `fit` says. */
export const ResizeParameters = z.strictObject({
  image: ArtifactUUID,
  width: z.int().min(1).max(32_768).optional(),
  height: z.int().min(1).max(32_768).optional(),
  /** inside: at most the frame; outside: at least; cover: the frame, cut; contain: the frame, with bands; fill: stretched. */
  fit: Fit.default("inside"),
});
export type ResizeParameters = z.output<typeof ResizeParameters>;

export const ResizeResult = PictureResult;
export type ResizeResult = z.output<typeof ResizeResult>;

/**
 * The elements of a `forEach` step, in the order of their detections, each the whole seed image repainted through its own
 * mask. Those that failed or were skipped are left out. The result is that of `composite`.
 */
export const GatherParameters = z.strictObject({
  seedImage: ArtifactUUID,
  elements: z.array(z.strictObject({ image: ArtifactUUID, maskImage: ArtifactUUID })),
});
export type GatherParameters = z.output<typeof GatherParameters>;
