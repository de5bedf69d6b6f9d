import { Canvas, type Color } from "../src/image/canvas.ts";
import type { Mask } from "../src/image/raster.ts";
import type { RgbImage } from "../src/image/samples.ts";

export const PAPER: Color = [250, 250, 248];
export const MARGIN = 20;
const INK: Color = [32, 32, 36];
const TEXT_SCALE = 2;
const LINE = 28;

/** Every pixel as a square of `scale` pixels, so that levels can be seen one by one. */
export function enlargeNearest({ width, height, data }: RgbImage, scale: number): RgbImage {
  const canvas = Canvas.filled({ width: width * scale, height: height * scale }, PAPER);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [red = 0, green = 0, blue = 0] = data.subarray((y * width + x) * 3);
      const box = { x0: x * scale, y0: y * scale, x1: (x + 1) * scale, y1: (y + 1) * scale };
      canvas.fillBox(box, [red, green, blue]);
    }
  }
  return canvas.image;
}

/** Lines of text, each after a patch of its colour where it has one. */
export function caption(
  sheet: Canvas,
  x: number,
  y: number,
  lines: readonly (readonly [string, Color?])[],
): void {
  for (const [at, [text, color]] of lines.entries()) {
    const top = y + 14 + at * LINE;
    if (color !== undefined) sheet.fillBox({ x0: x, y0: top, x1: x + 16, y1: top + 14 }, color);
    sheet.drawText(text, color === undefined ? x : x + 26, top, TEXT_SCALE, INK);
  }
}

/** The picture with the mask laid over it in red, as strong as its level. */
export function tint({ width, height, data }: RgbImage, mask: Mask): RgbImage {
  const tinted = data.map((sample, at) => {
    const share = ((mask.data[Math.floor(at / 3)] ?? 0) / 255) * 0.45;
    return Math.round(sample * (1 - share) + (at % 3 === 0 ? 255 : 40) * share);
  });
  return { width, height, channels: 3, depth: 8, data: tinted };
}
