import { cropImage, cropMask } from "./crop-image.ts";
import { boxSize } from "./crop-rows.ts";
import { scaleSamples } from "./enlarge-image.ts";
import type { Image, Mask, PixelBox, Size } from "./raster.ts";
import { scaleMask } from "./scale-mask.ts";

/**
 * What of a picture remains where it is to cover a frame of another shape: its middle, all of one side and as much of the
 * other as the frame's shape asks for, to the pixel.
 */
export function coverBox({ width, height }: Size, frame: Size): PixelBox {
  const wide = Math.max(1, Math.min(width, Math.round((height * frame.width) / frame.height)));
  const high = Math.max(1, Math.min(height, Math.round((width * frame.height) / frame.width)));
  const x0 = Math.floor((width - wide) / 2);
  const y0 = Math.floor((height - high) / 2);
  return { x0, y0, x1: x0 + wide, y1: y0 + high };
}

/** The picture at another size, covering it: cropped around its middle, then scaled by Lanczos3. A copy of nothing where it fits. */
export function fitCover(image: Image, frame: Size): Image {
  if (isSize(image, frame)) return image;
  const box = coverBox(image, frame);
  return scaleSamples(isSize(boxSize(box), image) ? image : cropImage(image, box), frame);
}

/** The same for a mask of the picture, scaled linearly. */
export function fitMaskCover(mask: Mask, frame: Size): Mask {
  if (isSize(mask, frame)) return mask;
  const box = coverBox(mask, frame);
  return scaleMask(cropMask(mask, box), frame);
}

const isSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;
