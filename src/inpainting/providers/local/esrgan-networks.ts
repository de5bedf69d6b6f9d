import { createHash } from "node:crypto";
import { basename } from "node:path";
import { esrganDetail } from "../../../../models/esrgan-detail.ts";
import type { InferencePool } from "../../../onnx/inference-pool.ts";
import type { LoadedModel } from "../../../onnx/loaded-model.ts";
import { importLayersModel, TFJS_IMPORTER_VERSION } from "../../../onnx/tfjs/import-tfjs.ts";
import { readWeightFile } from "../../../onnx/weight-file.ts";

export const NETWORK_SIZES = ["slim", "medium", "thick"] as const;
export type NetworkSize = (typeof NETWORK_SIZES)[number];

export interface Network {
  readonly size: NetworkSize;
  readonly scale: 3 | 4;
}

/** Slim and medium were trained on samples of 0–255, thick on 0–1: their packages say so, the weight files do not. */
const WHITE: Readonly<Record<NetworkSize, number>> = { slim: 255, medium: 255, thick: 1 };

/** More than this would keep thick busy for half a minute on one core; so large, faces need no restoring. */
export const MOST_PIXELS_FOR_THICK = 350_000;

/**
 * Which network restores `pixels` pixels that will be shown at `outputScale`, measured on faces of the test photos and
 * looked at. At its own factor a network is softer than its input was: enlarged reductions of the faces come back
 * from x2 worse than from Lanczos3 (31.4 against 31.6 dB), from medium x3 brought to twice the size at 32.0 dB, from
 * thick x4 at 33.3 dB with nearly twice the sharpness. So the factor is always above what is shown, and thick x4, which
 * takes eight times as long as medium, is the choice wherever its gain shows: from twice the size on. Slim and medium
 * x4 leave a fine mesh on even surfaces and serve only where four times is asked of them.
 */
export function chooseNetwork(
  outputScale: 1 | 2 | 3 | 4,
  pixels: number,
  size: NetworkSize | undefined,
): Network {
  const quick = outputScale === 1 || pixels > MOST_PIXELS_FOR_THICK;
  const chosen = size ?? (quick ? "medium" : "thick");
  return { size: chosen, scale: chosen === "thick" || outputScale === 4 ? 4 : 3 };
}

/** The converted network: input `image`, output `result`, both [1, height, width, 3] floats of 0–255. */
export function loadNetwork(pool: InferencePool, { size, scale }: Network): Promise<LoadedModel> {
  const name = `${size}-x${scale}`;
  const sources = esrganDetail.sources.filter((source) => source.name === name);
  const digest = createHash("sha256").update(sources.map((source) => source.sha256).join("\n"));
  return pool.load({
    name: `esrgan-${name}`,
    key: `${digest.digest("hex")}-${TFJS_IMPORTER_VERSION}`,
    convert: async () => {
      const files = await Promise.all(
        sources.map(async (source) => [basename(source.file), await readWeightFile(source)] as const),
      );
      return importLayersModel(new Map(files), { name: `esrgan-${name}`, white: WHITE[size] }).onnx;
    },
  });
}
