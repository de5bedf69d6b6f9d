import { z } from "zod";
import { Detection } from "./detection.ts";
import { ArtifactUUID } from "./ids.ts";
import { DEFAULT_CONFIDENCE, ShapeName, Sort, Tiling } from "./tasks.ts";

/** Trying a model out: the same words as a masking task's, numbers also as the text that a form sends. */
export const DetectSettings = z.strictObject({
  /** Name or AIR of a detector. */
  model: z.string().min(1).max(200),
  /** Where it looks: a configured provider, which may cost money; default: this machine. */
  provider: z.string().min(1).max(64).optional(),
  /** Detections score above this. */
  confidence: z.coerce.number().min(0).max(1).default(DEFAULT_CONFIDENCE),
  tiling: Tiling.default("auto"),
  maskPadding: z.coerce.number().int().min(-128).max(128).default(4),
  maskBlur: z.coerce.number().int().min(0).max(512).default(4),
  shape: ShapeName.optional(),
  invert: z.union([z.boolean(), z.stringbool()]).default(false),
  /** The first so many after sorting. */
  take: z.coerce.number().int().min(1).optional(),
  sort: Sort.optional(),
  /** Shares of the picture. */
  minArea: z.coerce.number().min(0).max(1).optional(),
  maxArea: z.coerce.number().min(0).max(1).optional(),
});
export type DetectSettings = z.output<typeof DetectSettings>;

/** `image`: base64, a `data:` URI with base64, or the UUID of an artifact, such as the one in the answer before. */
export const StartDetect = DetectSettings.extend({ image: z.string().min(1) });
export type StartDetect = z.output<typeof StartDetect>;

export const DetectAnswer = z.strictObject({
  /** The picture as it is stored now: sent instead of it, the next answer comes sooner. */
  image: ArtifactUUID,
  width: z.int().positive(),
  height: z.int().positive(),
  /** Id of the model. */
  model: z.string(),
  detections: z.array(Detection),
  /** PNG as a `data:` URI, grey, white = repaint, of the picture's size; null where nothing was found. */
  maskImage: z.string().nullable(),
  /** USD that the provider took for it; null where it costs nothing. */
  cost: z.number().nullable(),
  /** Milliseconds by part; of what was known already, none. */
  ms: z.record(z.string(), z.number()),
});
export type DetectAnswer = z.output<typeof DetectAnswer>;
