import type { Image, PixelBox, Size } from "./raster.ts";
import { levelScale } from "./samples.ts";
import type { RowSource } from "./scale-rows.ts";

export const boxSize = ({ x0, y0, x1, y1 }: PixelBox): Size => ({ width: x1 - x0, height: y1 - y0 });

/**
 * The crop of an image as rows of RGB in 0..255: grey repeated, alpha ignored, 16 bits as fractions of a level. Where the
 * box reaches beyond the image its edge samples are repeated.
 */
export function cropRows(image: Image, box: PixelBox): RowSource {
  const { data, channels } = image;
  const size = boxSize(box);
  const perLevel = levelScale(image.depth);
  const [green, blue] = channels >= 3 ? [1, 2] : [0, 0];
  return {
    ...size,
    channels: 3,
    read(y, row) {
      const line = clamp(box.y0 + y, image.height) * image.width;
      for (let x = 0; x < size.width; x++) {
        const at = (line + clamp(box.x0 + x, image.width)) * channels;
        row[x * 3] = (data[at] as number) / perLevel;
        row[x * 3 + 1] = (data[at + green] as number) / perLevel;
        row[x * 3 + 2] = (data[at + blue] as number) / perLevel;
      }
    },
  };
}

const clamp = (value: number, size: number): number => Math.min(Math.max(value, 0), size - 1);
