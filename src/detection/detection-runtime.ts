import type { ModelSource } from "../contracts/manifest.ts";
import type { InferencePool } from "../onnx/inference-pool.ts";

/** What pipelines need of the world. */
export interface DetectionRuntime {
  readonly pool: InferencePool;
  /**
   * The bytes of a weight file, checked against its size and SHA-256.
   * Throws MODEL_UNAVAILABLE where it is not there, with the command that brings it; MODEL_UNREADABLE where it is damaged.
   */
  readWeights(source: ModelSource): Promise<Uint8Array>;
}
