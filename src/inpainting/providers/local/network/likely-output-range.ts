import type { InpaintingNetwork } from "../../../../contracts/manifest.ts";
import type { FloatImage, Mask } from "../../../../image/raster.ts";

type Range = InpaintingNetwork["output"]["range"];

/** What networks answer in. */
const USUAL_RANGES: readonly Range[] = [
  [0, 255],
  [0, 1],
  [-1, 1],
];

/**
 * The values that black and white have in a network's answer: those with which what the mask keeps comes back most like it
 * was.
 * @param answer read with `[0, 255]`, so that its samples are the network's own
 */
export function likelyOutputRange(image: FloatImage, mask: Mask, answer: FloatImage): Range {
  const errors = USUAL_RANGES.map((range) => ({ range, error: differenceAt(range, image, mask, answer) }));
  return errors.reduce((best, one) => (one.error < best.error ? one : best)).range;
}

function differenceAt([black, white]: Range, image: FloatImage, mask: Mask, answer: FloatImage): number {
  let sum = 0;
  for (let index = 0; index < image.data.length; index++) {
    if (mask.data[Math.floor(index / 3)] !== 0) continue;
    const level = (((answer.data[index] as number) - black) / (white - black)) * 255;
    sum += Math.abs(level - (image.data[index] as number));
  }
  return sum;
}
