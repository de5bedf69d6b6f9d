import type { GenerationParameters } from "../../../src/contracts/tasks.ts";
import type { FloatImage, Mask, PixelBox } from "../../../src/image/raster.ts";
import type { InpaintRequest } from "../../../src/inpainting/inpainter.ts";

/** A picture of whole levels with edges and slopes in every channel. */
export function testPicture(width: number, height: number): FloatImage {
  const data = Float32Array.from({ length: width * height * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const wave = 128 + 100 * Math.sin(x / 5 + (index % 3)) * Math.cos(y / 7);
    return Math.round((x >> 4) + (y >> 4) > 8 ? 255 - wave : wave);
  });
  return { width, height, channels: 3, data };
}

export function boxMask(width: number, height: number, { x0, y0, x1, y1 }: PixelBox): Mask {
  const data = Uint8Array.from({ length: width * height }, (_, pixel) => {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return x >= x0 && x < x1 && y >= y0 && y < y1 ? 255 : 0;
  });
  return { width, height, data };
}

export function requestOf(
  image: FloatImage,
  mask: Mask,
  parameters: GenerationParameters = {},
  outputScale: InpaintRequest["outputScale"] = 1,
  signal: AbortSignal = new AbortController().signal,
): InpaintRequest {
  return { image, mask, region: 0, outputScale, parameters, signal };
}
