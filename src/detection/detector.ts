import type { DetectorManifest } from "../contracts/manifest.ts";
import { DEFAULT_CONFIDENCE, type Tiling } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";
import type { InferencePool } from "../onnx/inference-pool.ts";
import type { Finds } from "./finder.ts";
import { detectorModelKey } from "./model-key.ts";
import { createPipeline } from "./pipelines.ts";
import type { RgbPixels } from "./sampling/letterbox.ts";
import { type ModelLibrary, packagedModels } from "./weights/model-library.ts";

export interface DetectOptions {
  /** Detections score above this, 0–1; default: 0.25. */
  readonly confidence?: number | undefined;
  /** Whether parts of a large picture are looked into as well, for what is small in it; default: auto. */
  readonly tiling?: Tiling | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Detector {
  readonly manifest: DetectorManifest;
  /** What stands for all that it finds: detectorModelKey. */
  readonly key: string;
  detect(picture: RgbPixels, options?: DetectOptions): Promise<Finds>;
}

/**
 * A detector by AIR, alias or slug, ready to be called any number of times at once; converts its weights if need be.
 * Throws MODEL_UNKNOWN or MODEL_UNAVAILABLE for the id, MODEL_UNREADABLE for damaged weights.
 */
export async function createDetector(
  modelId: string,
  pool: InferencePool,
  models: ModelLibrary = packagedModels,
): Promise<Detector> {
  return openDetector(await models.findReady(modelId), pool, models);
}

/** As createDetector, of a model that was looked up already. */
export async function openDetector(
  manifest: DetectorManifest,
  pool: InferencePool,
  { readWeights }: Pick<ModelLibrary, "readWeights">,
): Promise<Detector> {
  const finder = await createPipeline(manifest, { pool, readWeights });
  return {
    manifest,
    key: detectorModelKey(manifest),
    async detect(picture, { confidence = DEFAULT_CONFIDENCE, tiling = "auto", signal } = {}) {
      checkPicture(picture);
      return await finder.find(picture, { confidence, tiling, signal });
    },
  };
}

function checkPicture({ width, height, data }: RgbPixels): void {
  if (width >= 1 && height >= 1 && data.length === width * height * 3) return;
  throw new MaskloomError(
    "INPUT_INVALID",
    `picture: expected ${width}×${height}×3 bytes of RGB, got ${data.length} bytes`,
  );
}
