import { z } from "zod";
import { esrganDetail } from "../../../../models/esrgan-detail.ts";
import { MaskloomError, parseAs } from "../../../errors.ts";
import type { FloatImage } from "../../../image/raster.ts";
import { scaleImage } from "../../../image/resample.ts";
import type { InferencePool } from "../../../onnx/inference-pool.ts";
import type { LoadedModel } from "../../../onnx/loaded-model.ts";
import type { Inpainter, InpaintRequest } from "../../inpainter.ts";
import { chooseNetwork, LONGEST_SIDE_FOR_FOUR_TIMES, loadNetwork, NETWORK_SIZES } from "./esrgan-networks.ts";
import { planTiles, type Tile } from "./tiles.ts";

/** What `settings` may hold for local:esrgan-detail. */
export const EsrganSettings = z.strictObject({
  /** Overrides the choice of network: slim is the quickest, thick the best. */
  network: z.enum(NETWORK_SIZES).optional(),
});

/**
 * Super-resolution of the masked part. The answer is 2 to 4 times as large as the crop; beyond the mask's
 * surroundings it is the crop's Lanczos3 enlargement, since nothing of it is ever shown. `strength` (default 1)
 * blends between that enlargement (0) and what the network made (1).
 */
export function createEsrganDetail(pool: InferencePool): Inpainter {
  return {
    manifest: esrganDetail,
    async inpaint(request) {
      const { image, mask, outputScale, parameters, signal } = request;
      const settings = parseAs(EsrganSettings, parameters.settings ?? {}, "settings of local:esrgan-detail");
      const longSide = Math.max(image.width, image.height);
      const network = chooseNetwork(outputScale, longSide, settings.network);
      const model = await loadNetwork(pool, network);
      const canvas = scaleImage(image, {
        width: image.width * network.scale,
        height: image.height * network.scale,
      });
      await Promise.all(
        planTiles(mask).map(async (tile) => {
          const restored = await runTile(pool, model, image, tile, signal);
          blendTile(canvas, restored, tile, network.scale, parameters.strength ?? 1);
        }),
      );
      return { image: canvas, warnings: warningsOf(request, longSide) };
    },
  };
}

function warningsOf({ outputScale }: InpaintRequest, longSide: number): string[] {
  if (outputScale === 1 || longSide <= LONGEST_SIDE_FOR_FOUR_TIMES) return [];
  return [
    `local:esrgan-detail: a region of ${longSide} px is above ${LONGEST_SIDE_FOR_FOUR_TIMES} px, ` +
      "where only the x2 networks are used; they gain little",
  ];
}

async function runTile(
  pool: InferencePool,
  model: LoadedModel,
  image: FloatImage,
  { view }: Tile,
  signal: AbortSignal,
): Promise<FloatImage> {
  const width = view.x1 - view.x0;
  const height = view.y1 - view.y0;
  const data = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((view.y0 + y) * image.width + view.x0) * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  const { outputs } = await pool.run(
    model,
    { image: { type: "float32", dims: [1, height, width, 3], data } },
    signal,
  );
  const result = outputs["result"];
  if (result?.type === "float32") {
    const [, resultHeight = 0, resultWidth = 0] = result.dims;
    return { width: resultWidth, height: resultHeight, channels: 3, data: result.data };
  }
  throw new MaskloomError("MODEL_UNREADABLE", `model ${model.name}: expected a float32 output "result"`);
}

/** Moves the samples of the tile's core towards the network's by `strength`. */
function blendTile(
  canvas: FloatImage,
  restored: FloatImage,
  { core, view }: Tile,
  scale: number,
  strength: number,
): void {
  const samples = (core.x1 - core.x0) * scale * 3;
  for (let y = core.y0 * scale; y < core.y1 * scale; y++) {
    let to = (y * canvas.width + core.x0 * scale) * 3;
    let from = ((y - view.y0 * scale) * restored.width + (core.x0 - view.x0) * scale) * 3;
    for (const end = to + samples; to < end; to++, from++) {
      const before = canvas.data[to] as number;
      canvas.data[to] = before + ((restored.data[from] as number) - before) * strength;
    }
  }
}
