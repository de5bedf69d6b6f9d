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
  readonly scale: 2 | 3 | 4;
}

/** Slim and medium were trained on samples of 0–255, thick on 0–1: their packages say so, the weight files do not. */
const WHITE: Readonly<Record<NetworkSize, number>> = { slim: 255, medium: 255, thick: 1 };

/** A crop longer than this is answered at twice its size only: four times would need gigabytes. */
export const LONGEST_SIDE_FOR_FOUR_TIMES = 1024;

/**
 * Which network restores a crop that will be shown at `outputScale`, measured on reduced faces of the test photos
 * and looked at. At twice the size the x2 networks do no better than Lanczos3 (29.5–36.7 dB against 29.8–37.0),
 * while thick x4 brought back to twice the size gains 1.3–1.6 dB and shows: it is the choice from 2 on, 3 included.
 * At the picture's own size no network shows, so the quicker medium x2 does. Slim and medium x4 leave a fine mesh
 * on even surfaces; who asks for them gets the factor that fits.
 */
export function chooseNetwork(
  outputScale: 1 | 2 | 3 | 4,
  longSide: number,
  size: NetworkSize | undefined,
): Network {
  if (longSide > LONGEST_SIDE_FOR_FOUR_TIMES) return { size: size ?? "medium", scale: 2 };
  if (outputScale === 1) return { size: size ?? "medium", scale: 2 };
  if (size === undefined || size === "thick") return { size: "thick", scale: 4 };
  return { size, scale: outputScale };
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
