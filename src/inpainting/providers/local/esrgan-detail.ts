import { z } from "zod";
import { esrganDetail } from "../../../../models/esrgan-detail.ts";
import { MaskloomError, parseAs } from "../../../errors.ts";
import type { FloatImage } from "../../../image/raster.ts";
import { scalingImage, unscalingImage } from "../../../image/resample.ts";
import { inSlices, type Steps } from "../../../image/slices.ts";
import type { InferencePool } from "../../../onnx/inference-pool.ts";
import type { LoadedModel } from "../../../onnx/loaded-model.ts";
import type { Inpainter } from "../../inpainter.ts";
import { chooseNetwork, loadNetwork, MOST_PIXELS_FOR_THICK, NETWORK_SIZES } from "./esrgan-networks.ts";
import { paintedPixels, planTiles, type Tile } from "./tiles.ts";

/** What `settings` may hold for local:esrgan-detail. */
const EsrganSettings = z.strictObject({
  /** Overrides the choice of network: slim is the quickest, thick the best. */
  network: z.enum(NETWORK_SIZES).optional(),
  /** How much of the restoration shows. Not `strength`: that is a generator's freedom, and its usual 0.4 would hide most of it. */
  amount: z.number().min(0).max(1).default(1),
});
type EsrganSettings = z.output<typeof EsrganSettings>;

/** @throws INPUT_INVALID naming what does not fit */
export const parseEsrganSettings = (settings: unknown = {}): EsrganSettings =>
  parseAs(EsrganSettings, settings, "settings of local:esrgan-detail");

/**
 * Super-resolution of the masked part. The answer is `outputScale` times as large as the crop; beyond the mask's
 * surroundings it is the crop's Lanczos3 enlargement, since nothing of it is ever shown. `settings.amount`
 * blends between that enlargement (0) and what the network made (1).
 */
export function createEsrganDetail(pool: InferencePool): Inpainter {
  return {
    manifest: esrganDetail,
    /* One picture with thirty faces keeps every core busy, not one alone. */
    regionsAtOnce: pool.threads,
    async inpaint({ image, mask, outputScale, parameters, signal }) {
      const settings = parseEsrganSettings(parameters.settings);
      const tiles = planTiles(mask);
      const pixels = paintedPixels(tiles);
      const network = chooseNetwork(outputScale, pixels, settings.network);
      const model = await loadNetwork(pool, network);
      const size = { width: image.width * outputScale, height: image.height * outputScale };
      const canvas = await inSlices(scalingImage(image, size), signal);
      await Promise.all(
        tiles.map(async (tile) => {
          const restored = await runTile(pool, model, image, tile, signal);
          await inSlices(blendingTile(canvas, restored, tile, outputScale, settings.amount), signal);
        }),
      );
      const hurried = outputScale > 1 && pixels > MOST_PIXELS_FOR_THICK && settings.network === undefined;
      return { image: canvas, warnings: hurried ? [largeAreaWarning(pixels)] : [] };
    },
  };
}

function largeAreaWarning(pixels: number): string {
  return (
    `local:esrgan-detail: ${pixels} px are to be restored, above ${MOST_PIXELS_FOR_THICK} the quick network ` +
    'medium is used; settings.network "thick" overrides this'
  );
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

/**
 * Brings the network's answer to the scale of the canvas and moves the samples of the tile's core towards it by
 * `amount`. Bringing back reaches a few pixels far at most, so it too is exact at the seams.
 */
function* blendingTile(
  canvas: FloatImage,
  answer: FloatImage,
  { core, view }: Tile,
  scale: number,
  amount: number,
): Steps<void> {
  const restored = yield* unscalingImage(answer, {
    width: (view.x1 - view.x0) * scale,
    height: (view.y1 - view.y0) * scale,
  });
  const samples = (core.x1 - core.x0) * scale * 3;
  for (let y = core.y0 * scale; y < core.y1 * scale; y++) {
    let to = (y * canvas.width + core.x0 * scale) * 3;
    let from = ((y - view.y0 * scale) * restored.width + (core.x0 - view.x0) * scale) * 3;
    for (const end = to + samples; to < end; to++, from++) {
      const before = canvas.data[to] as number;
      canvas.data[to] = before + ((restored.data[from] as number) - before) * amount;
    }
  }
}
