import { z } from "zod";
import type { DetectorManifest, InpainterManifest } from "../../contracts/manifest.ts";
import type { ModelLibrary, ModelManifest } from "../../detection/weights/model-library.ts";
import { tryModel } from "../../detection/weights/try-model.ts";
import { MaskloomError } from "../../errors.ts";
import { likelyOutputRange } from "../../inpainting/providers/local/network/likely-output-range.ts";
import { tryInpainter } from "../../inpainting/providers/local/try-inpainter.ts";
import type { InferencePool } from "../../onnx/inference-pool.ts";
import { unreadableModel } from "../../onnx/unreadable-model.ts";

export const Tried = z.object({
  /** What came of it, for people. */
  result: z.string(),
  inferenceMs: z.number(),
  /** What black and white seem to be in the answer of a network that repaints, if its manifest says 0 and 255; null for others. */
  answersIn: z.tuple([z.number(), z.number()]).nullable(),
});
export type Tried = z.output<typeof Tried>;

/**
 * Loads a model of either kind, converting its weights if need be, and runs it once on a picture that comes with Maskloom.
 * @throws MODEL_UNAVAILABLE, MODEL_UNREADABLE or OUTPUT_INVALID for what does not run, naming why
 */
export async function runOnce(
  manifest: ModelManifest,
  { readWeights }: Pick<ModelLibrary, "readWeights">,
  pool: InferencePool,
  signal?: AbortSignal,
): Promise<Tried> {
  const runtime = { pool, readWeights };
  try {
    return manifest.kind === "inpainter"
      ? await repaintOnce(manifest, runtime, signal)
      : await detectOnce(manifest, runtime, signal);
  } catch (error) {
    // The picture is ours: where the runtime refuses it, the model is at fault.
    if (!(error instanceof MaskloomError) || error.code !== "INPUT_INVALID") throw error;
    throw unreadableModel(manifest.id, `expected a network that runs on any picture: ${error.message}`, {
      cause: error,
    });
  }
}

interface Runtime extends Pick<ModelLibrary, "readWeights"> {
  readonly pool: InferencePool;
}

async function detectOnce(
  manifest: DetectorManifest,
  { pool, readWeights }: Runtime,
  signal: AbortSignal | undefined,
): Promise<Tried> {
  const { detections, ms } = await tryModel(manifest, { readWeights }, pool, signal);
  return {
    result: `${detections.length} ${detections.length === 1 ? "find" : "finds"}`,
    inferenceMs: ms.inference,
    answersIn: null,
  };
}

async function repaintOnce(
  manifest: InpainterManifest,
  runtime: Runtime,
  signal: AbortSignal | undefined,
): Promise<Tried> {
  const { pixelsChanged, ms, shown } = await tryInpainter(manifest, runtime, signal);
  const [first] = shown;
  return {
    result: `${pixelsChanged} pixels repainted`,
    inferenceMs: ms,
    answersIn:
      first === undefined
        ? null
        : [...likelyOutputRange(first.request.image, first.request.mask, first.answer)],
  };
}
