import type { ModelLibrary, ModelManifest } from "../../detection/weights/model-library.ts";
import { tryModel } from "../../detection/weights/try-model.ts";
import { tryInpainter } from "../../inpainting/providers/local/try-inpainter.ts";
import type { InferencePool } from "../../onnx/inference-pool.ts";

/** What came of it, for people. */
export interface Tried {
  readonly result: string;
  readonly inferenceMs: number;
}

/**
 * Loads a model of either kind, converting its weights if need be, and runs it once on a picture that comes with Maskloom.
 * @throws MODEL_UNAVAILABLE, MODEL_UNREADABLE, INPUT_INVALID or OUTPUT_INVALID for what does not run, naming why
 */
export async function runOnce(
  manifest: ModelManifest,
  { readWeights }: Pick<ModelLibrary, "readWeights">,
  pool: InferencePool,
  signal?: AbortSignal,
): Promise<Tried> {
  if (manifest.kind === "inpainter") {
    const { pixelsChanged, ms } = await tryInpainter(manifest, { pool, readWeights }, signal);
    return { result: `${pixelsChanged} pixels repainted`, inferenceMs: ms };
  }
  const { detections, ms } = await tryModel(manifest, { readWeights }, pool, signal);
  return {
    result: `${detections.length} ${detections.length === 1 ? "find" : "finds"}`,
    inferenceMs: ms.inference,
  };
}
