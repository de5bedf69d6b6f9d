import { readFile } from "node:fs/promises";
import path from "node:path";
import type { DetectorManifest } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import { DEFAULT_LIMITS } from "../../image/limits.ts";
import type { InferencePool } from "../../onnx/inference-pool.ts";
import { unreadableModel } from "../../onnx/unreadable-model.ts";
import { PACKAGE_ROOT } from "../../package-root.ts";
import { openPicture } from "../detection-picture.ts";
import type { FindMs } from "../finder.ts";
import { createPipeline } from "../pipelines.ts";
import type { RgbPixels } from "../sampling/letterbox.ts";
import type { ModelLibrary } from "./model-library.ts";

/** One person, one face, upright: every stage of every shipped kind of model has something to do. */
const FIXED_INPUT = path.join(PACKAGE_ROOT, "examples", "photos", "astronaut.jpg");
const CONFIDENCE = 0.25;

export interface ModelTrial {
  readonly detections: readonly Found[];
  readonly ms: FindMs;
}

/**
 * Loads a model, converting its weights if need be, and runs it once on a picture that comes with Maskloom.
 * What it finds there is not judged; that it is made of numbers, and scores of 0–1, is.
 * Throws MODEL_UNAVAILABLE or MODEL_UNREADABLE for what does not run, naming why.
 */
export async function tryModel(
  manifest: DetectorManifest,
  models: Pick<ModelLibrary, "readWeights">,
  pool: InferencePool,
  signal?: AbortSignal,
): Promise<ModelTrial> {
  const finder = await createPipeline(manifest, { pool, readWeights: models.readWeights });
  const picture = await fixedPicture();
  const { detections, ms } = await finder.find(picture, { confidence: CONFIDENCE, signal });
  for (const { box, score } of detections) {
    if (![...box, score].every(Number.isFinite)) {
      throw unreadableModel(
        manifest.id,
        `expected finite numbers, it answers box [${box.join(", ")}], score ${score}`,
      );
    }
    if (score !== null && score > 1) {
      throw unreadableModel(
        manifest.id,
        `expected scores of 0–1, it answers ${score}; export it again with what makes them so (a sigmoid) in the network`,
      );
    }
  }
  return { detections, ms };
}

async function fixedPicture(): Promise<RgbPixels> {
  return (await openPicture(await readFile(FIXED_INPUT), DEFAULT_LIMITS)).pixels;
}
