import type { z } from "zod";
import type { DetectResult } from "../contracts/detection.ts";
import { ImageMaskingParameters, Selection } from "../contracts/tasks.ts";
import { detect as detectWithin } from "../detection/detect.ts";
import { parseAs } from "../errors.ts";
import { type PictureSource, readPicture } from "./picture-source.ts";
import { sharedRuntime } from "./runtime.ts";

/** `where` is an expression of the workflow language and needs its engine; here a filter of the array does the same. */
export const DetectionChoice = Selection.omit({ where: true });

const DetectSettings = ImageMaskingParameters.pick({ model: true, confidence: true, tiling: true })
  .extend({ select: DetectionChoice.default({}) })
  .strict();

export type DetectOptions = z.input<typeof DetectSettings> & { readonly signal?: AbortSignal };
/** Boxes and points in float pixels of the upright picture, [x0, y0, x1, y1); scores 0 to 1; times in milliseconds. */
export type Detections = Omit<DetectResult, "file">;

/**
 * Finds what the model finds, in falling order of score, any number of it.
 * @param image bytes or path of a PNG, JPEG or WEBP
 * @throws MaskloomError INPUT_MISSING, IMAGE_UNREADABLE, IMAGE_UNSUPPORTED, IMAGE_TOO_LARGE, MODEL_UNKNOWN,
 * MODEL_UNAVAILABLE, CANCELLED
 */
export async function detect(
  image: PictureSource,
  { signal, ...options }: DetectOptions,
): Promise<Detections> {
  const settings = parseAs(DetectSettings, options, "detect");
  const { pool, limits, models } = sharedRuntime();
  return detectWithin(await readPicture(image), { ...settings, pool, limits, models, signal });
}
