import { esrganDetail } from "../../models/esrgan-detail.ts";
import { fill } from "../../models/fill.ts";
import { packagedModels } from "../../src/detection/weights/model-library.ts";
import { createLocalProvider } from "../../src/inpainting/providers/local/local-provider.ts";
import { createInferencePool } from "../../src/onnx/inference-pool.ts";
import { negativeManifest, negativeNetwork } from "../inpainting/providers/local/network/small-network.ts";
import { describeInpainter } from "./inpainter.ts";

for (const [name, manifest, onnx] of [
  ["local:fill", fill, null],
  ["local:esrgan-detail", esrganDetail, null],
  ["a network of a fixed size", negativeManifest(64), negativeNetwork(64)],
  ["a network of any size", negativeManifest(null), negativeNetwork(null)],
] as const) {
  describeInpainter(name, async () => {
    const pool = createInferencePool({ threads: 1 });
    const readWeights: typeof packagedModels.readWeights = async (source) =>
      onnx ?? packagedModels.readWeights(source);
    return {
      inpainter: createLocalProvider({ pool, readWeights }).createInpainter(manifest),
      close: () => pool.close(),
    };
  });
}
