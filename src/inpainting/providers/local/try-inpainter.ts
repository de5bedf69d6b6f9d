import { readFile } from "node:fs/promises";
import path from "node:path";
import type { InpainterManifest } from "../../../contracts/manifest.ts";
import { decodeImage } from "../../../image/codec.ts";
import { DEFAULT_LIMITS } from "../../../image/limits.ts";
import { blankMask, type FloatImage, type Image, type Mask } from "../../../image/raster.ts";
import { PACKAGE_ROOT } from "../../../package-root.ts";
import type { InpaintRequest } from "../../inpainter.ts";
import { inpaintImage } from "../../zoom.ts";
import { createLocalProvider } from "./local-provider.ts";
import type { NetworkRuntime } from "./network/network-inpainter.ts";

const FIXED_INPUT = path.join(PACKAGE_ROOT, "examples", "photos", "astronaut.jpg");

export interface InpainterTrial {
  readonly pixelsChanged: number;
  readonly ms: number;
  /** What it was shown and answered. */
  readonly shown: readonly { readonly request: InpaintRequest; readonly answer: FloatImage }[];
}

/**
 * Repaints the middle of a picture that comes with Maskloom. How it looks is not judged; that the answer is a picture of
 * the right size, made of numbers, is.
 * Throws MODEL_UNAVAILABLE, MODEL_UNREADABLE, INPUT_INVALID or OUTPUT_INVALID for what does not run, naming why.
 */
export async function tryInpainter(
  manifest: InpainterManifest,
  runtime: NetworkRuntime,
  signal: AbortSignal = new AbortController().signal,
): Promise<InpainterTrial> {
  const { image } = await decodeImage(await readFile(FIXED_INPUT), DEFAULT_LIMITS);
  const inpainter = createLocalProvider(runtime).createInpainter(manifest);
  let ms = 0;
  const shown: { request: InpaintRequest; answer: FloatImage }[] = [];
  const { pixelsChangedInside } = await inpaintImage({
    image,
    mask: middleOf(image),
    zoom: { maskMargin: 32, outputScale: 1, skipIfLarger: false },
    capabilities: manifest.capabilities,
    signal,
    async inpaint(request) {
      const start = performance.now();
      const answer = await inpainter.inpaint(request);
      ms += performance.now() - start;
      shown.push({ request, answer: answer.image });
      return answer;
    },
  });
  return { pixelsChanged: pixelsChangedInside, ms, shown };
}

/** A quarter of each side: small enough to be quick, whatever the network. */
function middleOf(image: Image): Mask {
  const mask = blankMask(image);
  const [width, height] = [image.width >> 2, image.height >> 2];
  const [x0, y0] = [(image.width - width) >> 1, (image.height - height) >> 1];
  for (let y = y0; y < y0 + height; y++) {
    mask.data.fill(255, y * image.width + x0, y * image.width + x0 + width);
  }
  return mask;
}
