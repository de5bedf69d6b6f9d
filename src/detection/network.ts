import type { TfliteNetwork } from "../contracts/manifest.ts";
import type { LoadedModel } from "../onnx/loaded-model.ts";
import type { ModelInput } from "../onnx/procedure.ts";
import { importTflite, TFLITE_IMPORTER_VERSION } from "../onnx/tflite/import-tflite.ts";
import type { DetectionRuntime } from "./detection-runtime.ts";
import type { InputSize } from "./sampling/letterbox.ts";

/** A network that is ready to run, as any thread can be told of it. */
export interface Network {
  readonly model: LoadedModel;
  readonly size: InputSize;
  /** Takes [height × width × 3] samples of 0–255 in that size. */
  readonly input: ModelInput;
}

/**
 * Loads a network of a model, converting its weights if need be.
 * Throws MODEL_UNAVAILABLE where the weights are missing, MODEL_UNREADABLE where they are damaged.
 * @param name shown in errors
 */
export async function loadNetwork(
  name: string,
  network: TfliteNetwork,
  { pool, readWeights }: DetectionRuntime,
): Promise<Network> {
  const { input, outputs } = network;
  const model = await pool.load({
    name,
    key: networkKey(network),
    convert: async () => {
      const weights = await readWeights(network.source);
      const kept = outputs === undefined ? {} : { outputs };
      return importTflite(weights, { name, range: input.range, pixels: "float32", ...kept });
    },
  });
  const { width, height } = input;
  return { model, size: { width, height }, input: { name: "image", dims: [1, height, width, 3] } };
}

/** What stands for the converted network; a file name. */
export function networkKey({ source, outputs }: TfliteNetwork): string {
  const kept = outputs === undefined ? [] : [...outputs].sort();
  return [source.sha256, TFLITE_IMPORTER_VERSION, ...kept].join("-").replaceAll(/[^\w.-]/g, "_");
}
