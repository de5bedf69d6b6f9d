import { z } from "zod";

/** Where the bytes of a model come from; the digest is checked before first use. */
export const ModelSource = z.strictObject({
  npm: z.string(),
  file: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().positive(),
});
export type ModelSource = z.output<typeof ModelSource>;

/** MediaPipe's single-shot detectors: docs/models.md. */
export const SsdDecoder = z.strictObject({
  kind: z.literal("ssd"),
  strides: z.array(z.int().positive()).min(1),
  anchorsPerCell: z.int().min(1),
  anchors: z.int().positive(),
  keypoints: z.int().min(0),
  /** The detector's own threshold: holds where a request names no confidence. */
  threshold: z.number().min(0).max(1),
});
export type SsdDecoder = z.output<typeof SsdDecoder>;

export const DetectorManifest = z.strictObject({
  kind: z.literal("detector"),
  id: z.string(),
  air: z.string().optional(),
  slug: z.string().optional(),
  detects: z.string(),
  description: z.string(),
  shape: z.enum(["box", "hull", "segmentation"]),
  source: ModelSource,
  input: z.strictObject({
    width: z.int().positive(),
    height: z.int().positive(),
    range: z.tuple([z.number(), z.number()]),
  }),
  decoder: z.discriminatedUnion("kind", [SsdDecoder]),
  licence: z.string(),
});
export type DetectorManifest = z.output<typeof DetectorManifest>;

/** Generation fields that an inpainter may or may not take; what it does not take is ignored with a recorded warning. */
export const SoftCapability = z.enum([
  "positivePrompt",
  "negativePrompt",
  "strength",
  "seed",
  "steps",
  "CFGScale",
  "scheduler",
  "clipSkip",
  "promptWeighting",
  "vae",
  "lora",
  "embeddings",
  "controlNet",
  "ipAdapters",
  "refiner",
  "acceleration",
  "acceleratorOptions",
  "checkNSFW",
  "settings",
]);
export type SoftCapability = z.output<typeof SoftCapability>;

/** What an inpainter can do. Hard capabilities are checked when a workflow is validated. */
export const InpainterCapabilities = z.strictObject({
  hard: z.strictObject({
    mask: z.boolean(),
    /** Long side the crop is brought to; "own" = the crop is sent at its own size (scale 1). */
    nativeSize: z.union([z.literal("own"), z.int().positive()]),
    maxSide: z.int().positive(),
    multipleOf: z.int().min(1),
    /** Width ÷ height the crop must have; null = any. */
    aspect: z.number().positive().nullable(),
    /** Factor by which its answer is larger than the crop (a super-resolution network's own factor). */
    answerScales: z.array(z.int().min(1)).min(1),
  }),
  soft: z.array(SoftCapability),
  /** Invents content (colour matching on by default) or only restores and fills. */
  generative: z.boolean(),
  /** Fills leave nothing unpainted, so the edge guard is off for them. */
  edgeGuard: z.boolean(),
  /** Takes and gives floats, or passes through 8 bits. */
  precision: z.enum(["float", "uint8"]),
  paid: z.boolean(),
});
export type InpainterCapabilities = z.output<typeof InpainterCapabilities>;

export const InpainterManifest = z.strictObject({
  kind: z.literal("inpainter"),
  /** As written in a workflow's `model`, such as local:esrgan-detail. */
  id: z.string(),
  provider: z.string(),
  description: z.string(),
  capabilities: InpainterCapabilities,
  sources: z.array(ModelSource.extend({ name: z.string() })),
  licence: z.string(),
});
export type InpainterManifest = z.output<typeof InpainterManifest>;
