import type { Orientation } from "./metadata/exif.ts";
import { blankImage, type Image } from "./raster.ts";

/**
 * For each EXIF orientation: does the upright picture swap rows and columns of the stored one, and is it read from the
 * stored right or bottom (Exif 2.32, 4.6.4 A, tag 0x0112)?
 */
const TURNS: Record<Orientation, { transpose: boolean; flipX: boolean; flipY: boolean }> = {
  1: { transpose: false, flipX: false, flipY: false },
  2: { transpose: false, flipX: true, flipY: false },
  3: { transpose: false, flipX: true, flipY: true },
  4: { transpose: false, flipX: false, flipY: true },
  5: { transpose: true, flipX: false, flipY: false },
  6: { transpose: true, flipX: false, flipY: true },
  7: { transpose: true, flipX: true, flipY: true },
  8: { transpose: true, flipX: true, flipY: false },
};

/** The stored pixels turned upright; samples are moved, never changed. */
export function orientImage(image: Image, orientation: Orientation): Image {
  if (orientation === 1) return image;
  const { transpose, flipX, flipY } = TURNS[orientation];
  const { width, height, channels } = image;
  const size = transpose ? { width: height, height: width } : { width, height };
  const upright = blankImage(image, size);
  const stepX = transpose ? width : 1;
  const stepY = transpose ? 1 : width;
  // Steps run through the stored picture; a flip starts at the far end and runs backwards.
  const startX = flipX ? width - 1 : 0;
  const startY = (flipY ? height - 1 : 0) * width;
  const alongX = (transpose ? flipY : flipX) ? -stepX : stepX;
  const alongY = (transpose ? flipX : flipY) ? -stepY : stepY;
  let target = 0;
  for (let y = 0; y < size.height; y++) {
    let source = startX + startY + y * alongY;
    for (let x = 0; x < size.width; x++, source += alongX) {
      for (let c = 0; c < channels; c++) {
        upright.data[target++] = image.data[source * channels + c] as number;
      }
    }
  }
  return upright;
}
