import { z } from "zod";
import { fill } from "../../../../models/fill.ts";
import { parseAs } from "../../../errors.ts";
import { findComponents } from "../../../image/mask-components.ts";
import type { FloatImage } from "../../../image/raster.ts";
import type { Inpainter } from "../../inpainter.ts";
import { extendEdges } from "./fills/edge-extend.ts";
import { paintMosaic } from "./fills/mosaic.ts";

/** More blocks than this across a face may leave it recognisable. */
const SAFE_BLOCKS = 10;

/**
 * What `settings` may hold for local:fill.
 *
 * `blocks` is how many values across the longer side of each masked part survive in the modes blur and pixelate,
 * whatever the part's size in pixels: people recognise faces from about 16 × 16 blocks (Harmon and Julesz, 1973),
 * trained networks from fewer, so the default is 6. Both modes keep these block means, rounded to whole levels, and
 * nothing else: blur draws a smooth surface through them. A Gaussian blur of the pixels would look the same but
 * could be sharpened back.
 */
const FillSettings = z.strictObject({
  mode: z.enum(["blur", "pixelate", "colour", "edge-extend"]).default("blur"),
  blocks: z.int().min(1).max(64).default(6),
  /** For the mode colour. */
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, "expected a colour such as #1a2b3c")
    .default("#808080"),
});
type FillSettings = z.output<typeof FillSettings>;

/** @throws INPUT_INVALID naming what does not fit */
export const parseFillSettings = (settings: unknown = {}): FillSettings =>
  parseAs(FillSettings, settings, "settings of local:fill");

/** Fills the masked part; answers at the crop's own size. */
export function createFill(): Inpainter {
  return {
    manifest: fill,
    async inpaint({ image, mask, parameters, signal }) {
      signal.throwIfAborted();
      const settings = parseFillSettings(parameters.settings);
      const painted: FloatImage = { ...image, data: image.data.slice() };
      if (settings.mode === "colour") return { image: paintColor(painted, settings.color) };
      if (settings.mode === "edge-extend") return extendEdges(painted, mask);
      for (const component of findComponents(mask)) {
        paintMosaic(image, painted, component, settings.blocks, settings.mode === "blur");
      }
      return { image: painted, warnings: warningsOf(settings) };
    },
  };
}

function warningsOf({ blocks, mode }: FillSettings): string[] {
  if (blocks <= SAFE_BLOCKS) return [];
  return [
    `local:fill: ${blocks} blocks in mode ${mode} may leave a face recognisable; use at most ${SAFE_BLOCKS}`,
  ];
}

function paintColor(image: FloatImage, color: string): FloatImage {
  const rgb = [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16));
  for (let index = 0; index < image.data.length; index++) image.data[index] = rgb[index % 3] as number;
  return image;
}
