import type { DetectResult } from "../contracts/detection.ts";
import { DEFAULT_CONFIDENCE } from "../contracts/tasks.ts";
import { type Found, toDetections } from "../image/detection-shape.ts";
import { DEFAULT_LIMITS, type ImageLimits } from "../image/limits.ts";
import { type CompiledSelection, selectDetections } from "../image/select-detections.ts";
import { createInferencePool, type InferencePool } from "../onnx/inference-pool.ts";
import { detectInPicture, openPicture } from "./detection-picture.ts";
import { createDetector, type DetectOptions } from "./detector.ts";
import type { ModelLibrary } from "./weights/model-library.ts";

export interface DetectRequest extends DetectOptions {
  /** AIR, alias or slug, such as mediapipe_face_full. */
  readonly model: string;
  readonly select?: CompiledSelection;
  readonly limits?: ImageLimits;
  /** Threads to run in, for more than one picture; without it one is started for this call and ended after it. */
  readonly pool?: InferencePool;
  /** Where the model is looked for; default: those that npm packages carry. */
  readonly models?: ModelLibrary;
}

/** What `detect` yields, with the areas that its public form cannot carry. */
export interface PictureFinds extends Omit<DetectResult, "file" | "detections"> {
  readonly detections: readonly Found[];
}

/** `detect`, with the areas that do not fit into the public form of a detection. */
export async function findInPicture(picture: Uint8Array, request: DetectRequest): Promise<PictureFinds> {
  const { model, select = {}, limits = DEFAULT_LIMITS, pool, models } = request;
  const { confidence = DEFAULT_CONFIDENCE, tiling, signal } = request;
  const threads = pool ?? createInferencePool({ threads: 1 });
  try {
    const detector = await createDetector(model, threads, models);
    const start = performance.now();
    const opened = await openPicture(picture, limits);
    const decode = performance.now() - start;
    const { detections, ms } = await detectInPicture(detector, opened, { confidence, tiling, signal });
    return {
      ...opened.size,
      model: detector.manifest.id,
      detections: selectDetections(detections, opened.size, select, confidence),
      ms: { decode, ...ms },
    };
  } finally {
    if (pool === undefined) await threads.close();
  }
}

/**
 * What a model finds in one encoded picture (PNG, JPEG or WEBP), in floats of its upright pixels, rounded to a
 * thousandth, boxes cut off at its edges; any number of finds.
 * Throws IMAGE_UNREADABLE, IMAGE_UNSUPPORTED or IMAGE_TOO_LARGE for the picture, MODEL_UNKNOWN or MODEL_UNAVAILABLE
 * for the model, CANCELLED when the signal fires.
 */
export async function detect(
  picture: Uint8Array,
  request: DetectRequest,
): Promise<Omit<DetectResult, "file">> {
  const { detections, ...finds } = await findInPicture(picture, request);
  return { ...finds, detections: toDetections(detections, finds) };
}
