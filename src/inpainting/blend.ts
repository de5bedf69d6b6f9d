import { LANCZOS3 } from "../image/filter-matrix.ts";
import { type FloatImage, hasAlpha, type Image, type Mask, type PixelBox } from "../image/raster.ts";
import { LUMA, levelScale } from "../image/samples.ts";
import { rowsOfFloatImage, scalingRows } from "../image/scale-rows.ts";
import type { Steps } from "../image/slices.ts";

/** Width of the ramp, in pixels, where a mask runs into a side of its crop that is not the image's own edge. */
const GUARD_PIXELS = 8;

/**
 * The crop's mask, ramped to 0 over the outermost 8 pixels of each side of the crop that lies inside the image, so that
 * the end of the crop can never be seen. A mask that keeps 8 pixels away from those sides is unchanged.
 */
export function guardEdges(mask: Mask, crop: PixelBox, image: { width: number; height: number }): Mask {
  const { width, height } = mask;
  const far = Number.POSITIVE_INFINITY;
  const left = crop.x0 > 0 ? 0 : far;
  const right = crop.x1 < image.width ? 0 : far;
  const top = crop.y0 > 0 ? 0 : far;
  const bottom = crop.y1 < image.height ? 0 : far;
  const data = new Uint8Array(mask.data.length);
  for (let y = 0; y < height; y++) {
    const vertical = Math.min(y + top, height - 1 - y + bottom);
    for (let x = 0; x < width; x++) {
      const distance = Math.min(x + left, width - 1 - x + right, vertical);
      const level = mask.data[y * width + x] as number;
      data[y * width + x] = distance >= GUARD_PIXELS ? level : Math.floor((level * distance) / GUARD_PIXELS);
    }
  }
  return { width, height, data };
}

/**
 * Writes `painted` into `canvas` through the mask: round(M * G + (1 - M) * I) where M > 0. Everything else is not
 * touched at all: samples under M = 0, alpha, and the hidden colour of fully transparent pixels. The box is the mask's
 * place on the canvas and may reach beyond it; `painted` is enlarged to the box's size where it is smaller.
 */
export function* blendingRegion(canvas: Image, box: PixelBox, mask: Mask, painted: FloatImage): Steps<void> {
  const paint = pixelPainter(canvas);
  const x0 = Math.max(0, -box.x0);
  const x1 = Math.min(mask.width, canvas.width - box.x0);
  yield* scalingRows(rowsOfFloatImage(painted), mask, LANCZOS3, (y, row) => {
    const canvasY = box.y0 + y;
    if (canvasY < 0 || canvasY >= canvas.height) return;
    const line = canvasY * canvas.width + box.x0;
    for (let x = x0; x < x1; x++) {
      const level = mask.data[y * mask.width + x] as number;
      if (level !== 0) paint(line + x, level / 255, row, x * 3);
    }
  });
}

type PaintPixel = (pixel: number, weight: number, colors: Float64Array, at: number) => void;

/** Blends one colour over one pixel of the canvas, in the canvas' own kind of samples. */
function pixelPainter(canvas: Image): PaintPixel {
  const { channels, data } = canvas;
  const transparent = hasAlpha(canvas);
  const colours = transparent ? channels - 1 : channels;
  const scale = levelScale(canvas.depth);
  const max = 255 * scale;
  return (pixel, weight, colors, at) => {
    const first = pixel * channels;
    if (transparent && data[first + colours] === 0) return;
    for (let c = 0; c < colours; c++) {
      const painting = scale * (colours === 1 ? brightness(colors, at) : (colors[at + c] as number));
      const value = weight * painting + (1 - weight) * (data[first + c] as number);
      data[first + c] = value <= 0 ? 0 : value >= max ? max : Math.round(value);
    }
  };
}

function brightness(row: Float64Array, at: number): number {
  const [red, green, blue] = LUMA;
  return red * (row[at] as number) + green * (row[at + 1] as number) + blue * (row[at + 2] as number);
}
