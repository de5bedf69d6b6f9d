import { findDetector } from "../../models/registry.ts";
import type { DetectorManifest, ModelSource } from "../contracts/manifest.ts";
import { MaskloomError } from "../errors.ts";
import type { InferencePool } from "../onnx/inference-pool.ts";
import { readWeightFile } from "../onnx/weight-file.ts";
import type { Finds } from "./finder.ts";
import type { RgbPixels } from "./letterbox.ts";
import { createPipeline } from "./pipelines.ts";

export interface DetectOptions {
  /** Detections score above this, 0–1; default: the model's own threshold. */
  readonly confidence?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Detector {
  readonly manifest: DetectorManifest;
  detect(picture: RgbPixels, options?: DetectOptions): Promise<Finds>;
}

/**
 * A detector by AIR, alias or slug, ready to be called any number of times at once; converts its weights if need be.
 * Throws MODEL_UNKNOWN or MODEL_UNAVAILABLE for the id, MODEL_UNREADABLE for damaged weights.
 */
export async function createDetector(modelId: string, pool: InferencePool): Promise<Detector> {
  const manifest = findDetector(modelId);
  const finder = await createPipeline(manifest, { pool, readWeights });
  return {
    manifest,
    async detect(picture, { confidence = finder.threshold, signal } = {}) {
      checkPicture(picture);
      return await finder.find(picture, { confidence, signal });
    },
  };
}

async function readWeights(source: ModelSource): Promise<Uint8Array> {
  if ("npm" in source) return await readWeightFile(source);
  throw new MaskloomError("MODEL_UNAVAILABLE", `weights ${source.file} of ${source.url} are not installed`);
}

function checkPicture({ width, height, data }: RgbPixels): void {
  if (width >= 1 && height >= 1 && data.length === width * height * 3) return;
  throw new MaskloomError(
    "INPUT_INVALID",
    `picture: expected ${width}×${height}×3 bytes of RGB, got ${data.length} bytes`,
  );
}
