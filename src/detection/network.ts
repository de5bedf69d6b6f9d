import type { TfliteNetwork } from "../contracts/manifest.ts";
import type { Tensors } from "../onnx/tensor.ts";
import { importTflite, TFLITE_IMPORTER_VERSION } from "../onnx/tflite/import-tflite.ts";
import type { DetectionRuntime } from "./detection-runtime.ts";

/** A network that is ready to run. */
export interface Network {
  /** @param samples [height × width × 3] of 0–255 in the size of its input; given away, not to be used afterwards */
  run(samples: Float32Array<ArrayBuffer>, signal: AbortSignal | undefined): Promise<Tensors>;
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
  return {
    async run(data, signal) {
      const image = { type: "float32", dims: [1, input.height, input.width, 3], data } as const;
      return (await pool.run(model, { image }, signal)).outputs;
    },
  };
}

/** What stands for the converted network; a file name. */
export function networkKey({ source, outputs }: TfliteNetwork): string {
  const kept = outputs === undefined ? [] : [...outputs].sort();
  return [source.sha256, TFLITE_IMPORTER_VERSION, ...kept].join("-").replaceAll(/[^\w.-]/g, "_");
}
