import { Canvas } from "../src/image/canvas.ts";
import { cropRows } from "../src/image/crop-rows.ts";
import type { FloatImage } from "../src/image/raster.ts";
import { scaleImage, unscaleImage } from "../src/image/resample.ts";
import type { RgbImage } from "../src/image/samples.ts";
import { caption, enlargeNearest, MARGIN, PAPER } from "./figure.ts";

const SIDE = 150;
const FACTOR = 1.5;
const AMPLIFIED = 8;
const SHOWN = 2;

/** A crop zoomed in, passed through 8 bits, and zoomed out again, nobody having touched it: what is left of it. */
export function drawRoundTripFigure(photo: RgbImage, left: number, top: number): RgbImage {
  const size = { width: SIDE, height: SIDE };
  const crop = scaleImage(cropRows(photo, { x0: left, y0: top, x1: left + SIDE, y1: top + SIDE }), size);
  const side = Math.round(SIDE * FACTOR);
  const large = scaleImage(crop, { width: side, height: side });
  const eightBits = { ...large, data: Float32Array.from(Uint8ClampedArray.from(large.data)) };
  const panels: [RgbImage, string, string][] = [
    [toRgb(crop), "the crop", `to x ${FACTOR} and back`],
    [difference(crop, scaleImage(eightBits, size)), "Lanczos3 both ways", `what is lost, x ${AMPLIFIED}`],
    [difference(crop, unscaleImage(eightBits, size)), "least squares back", `what is lost, x ${AMPLIFIED}`],
  ];
  const step = SIDE * SHOWN + MARGIN;
  const sheet = Canvas.filled({ width: panels.length * step + MARGIN, height: step + 84 }, PAPER);
  for (const [at, [picture, title, text]] of panels.entries()) {
    const x = MARGIN + at * step;
    sheet.paste(enlargeNearest(picture, SHOWN), x, MARGIN);
    caption(sheet, x, step, [[title], [text]]);
  }
  return sheet.image;
}

function toRgb({ width, height, data }: FloatImage): RgbImage {
  return { width, height, channels: 3, depth: 8, data: Uint8Array.from(Uint8ClampedArray.from(data)) };
}

/** Grey where nothing was lost; both pictures rounded to 8 bits first, as a file would be. */
function difference(before: FloatImage, after: FloatImage): RgbImage {
  const [a, b] = [toRgb(before).data, toRgb(after).data];
  const amplified = Uint8ClampedArray.from(a, (sample, at) => 128 + (sample - (b[at] ?? 0)) * AMPLIFIED);
  return { ...toRgb(before), data: Uint8Array.from(amplified) };
}
