import { z } from "zod";
import { Detection } from "./detection.ts";
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

/** The resolved parameters of one imageMasking task: no expression is left in it. */
export const ImageMaskingParameters = MaskOptions.extend({
  inputImage: ArtifactUUID,
  model: z.string().min(1),
  /** Detections score above this. */
  confidence: z.number().min(0).max(1).default(DEFAULT_CONFIDENCE),
  select: Selection.default({}),
  combine: z.enum(["union", "perDetection"]).default("union"),
  within: ArtifactUUID.optional(),
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

/** The resolved parameters of one imageInference task. */
export const ImageInferenceParameters = GenerationParameters.extend({
  ...ZoomOptions.shape,
  seedImage: ArtifactUUID,
  maskImage: ArtifactUUID.optional(),
  model: z.string().min(1),
  /** Of what is worked on: a picture of another size covers it, cropped around its middle. Default: the picture's own. */
  width: z.int().min(1).max(32_768).optional(),
  height: z.int().min(1).max(32_768).optional(),
  strict: z.boolean().default(false),
});
export type ImageInferenceParameters = z.output<typeof ImageInferenceParameters>;

/** Quality numbers of one region: docs/masks-and-zoom.md, "Quality numbers". Null where there is nothing to measure. */
export const RegionQuality = z.strictObject({
  box: z.tuple([z.int(), z.int(), z.int(), z.int()]),
  crop: z.tuple([z.int(), z.int(), z.int(), z.int()]),
  scale: z.number(),
  status: z.enum(["inpainted", "skippedLarger", "dropped"]),
  seam: z.number().nullable(),
  colorShiftBefore: z.number().nullable(),
  colorShiftAfter: z.number().nullable(),
  sharpnessGain: z.number().nullable(),
});
export type RegionQuality = z.output<typeof RegionQuality>;

export const ImageInferenceResult = z.strictObject({
  image: ArtifactUUID,
  width: z.int().positive(),
  height: z.int().positive(),
  seed: z.number().optional(),
  quality: z.strictObject({
    regions: z.array(RegionQuality),
    pixelsChangedOutside: z.int().nullable(),
    pixelsChangedInside: z.int().nullable(),
  }),
});
export type ImageInferenceResult = z.output<typeof ImageInferenceResult>;
