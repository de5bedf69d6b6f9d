import type { FloatImage, Mask } from "../../../../image/raster.ts";
import type { InpaintAnswer } from "../../../inpainter.ts";

/** A picture with holes: weight 0 where nothing is known. */
interface Level {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
  readonly weights: Float32Array;
}

/**
 * Draws the surroundings into the masked part: pull-push interpolation (Gortler and others, The Lumigraph, 1996).
 * No pixel under the mask is read, so nothing of it survives. Where the mask covers the whole crop there are no
 * surroundings: it is then filled with the crop's mean colour, and a warning says so.
 */
export function extendEdges(image: FloatImage, mask: Mask): InpaintAnswer {
  const { width, height } = image;
  const weights = Float32Array.from(mask.data, (value) => (value === 0 ? 1 : 0));
  const levels: Level[] = [{ width, height, data: image.data, weights }];
  for (let top = levels[0]; top !== undefined && top.width * top.height > 1; top = levels.at(-1)) {
    levels.push(pull(top));
  }
  const peak = levels.at(-1);
  if (peak !== undefined && peak.weights[0] === 0)
    return { image: paintMean(image), warnings: [NO_SURROUNDINGS] };
  for (let depth = levels.length - 2; depth >= 0; depth--) {
    const [fine, coarse] = [levels[depth], levels[depth + 1]];
    if (fine !== undefined && coarse !== undefined) push(coarse, fine);
  }
  return { image };
}

const NO_SURROUNDINGS =
  "local:fill: edge-extend found nothing around the mask to extend; the mean colour was used instead";

/** Half the size: the mean of what is known in each 2 × 2, known as soon as one of the four is. */
function pull(fine: Level): Level {
  const width = (fine.width + 1) >> 1;
  const height = (fine.height + 1) >> 1;
  const data = new Float32Array(width * height * 3);
  const weights = new Float32Array(width * height);
  for (let y = 0; y < fine.height; y++) {
    for (let x = 0; x < fine.width; x++) {
      const from = y * fine.width + x;
      const weight = fine.weights[from] as number;
      if (weight === 0) continue;
      const to = (y >> 1) * width + (x >> 1);
      weights[to] = (weights[to] as number) + weight;
      for (let channel = 0; channel < 3; channel++) {
        data[to * 3 + channel] =
          (data[to * 3 + channel] as number) + weight * (fine.data[from * 3 + channel] as number);
      }
    }
  }
  for (let to = 0; to < weights.length; to++) {
    const weight = weights[to] as number;
    if (weight === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      data[to * 3 + channel] = (data[to * 3 + channel] as number) / weight;
    }
    weights[to] = Math.min(1, weight);
  }
  return { width, height, data, weights };
}

/** Fills the holes of the finer level from the coarser one, bilinearly. */
function push(coarse: Level, fine: Level): void {
  for (let y = 0; y < fine.height; y++) {
    const [y0, y1, down] = neighbours(y, coarse.height);
    for (let x = 0; x < fine.width; x++) {
      const to = y * fine.width + x;
      if (fine.weights[to] !== 0) continue;
      const [x0, x1, across] = neighbours(x, coarse.width);
      for (let channel = 0; channel < 3; channel++) {
        const read = (row: number, column: number): number =>
          coarse.data[(row * coarse.width + column) * 3 + channel] as number;
        const upper = read(y0, x0) * (1 - across) + read(y0, x1) * across;
        const lower = read(y1, x0) * (1 - across) + read(y1, x1) * across;
        fine.data[to * 3 + channel] = upper * (1 - down) + lower * down;
      }
    }
  }
}

/** The two coarse places around a fine one, and the weight of the second. */
function neighbours(place: number, count: number): [number, number, number] {
  const position = (place + 0.5) / 2 - 0.5;
  const base = Math.floor(position);
  return [Math.max(0, base), Math.min(count - 1, base + 1), position - base];
}

function paintMean(image: FloatImage): FloatImage {
  const pixels = image.width * image.height;
  const means = [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let at = channel; at < image.data.length; at += 3) sum += image.data[at] as number;
    return sum / pixels;
  });
  for (let at = 0; at < image.data.length; at++) image.data[at] = means[at % 3] as number;
  return image;
}
