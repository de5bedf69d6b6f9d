import { cropImage, cropMask } from "./crop-image.ts";
import { boxSize } from "./crop-rows.ts";
import { scalingSamples } from "./enlarge-image.ts";
import type { Image, Mask, PixelBox, Size } from "./raster.ts";
import { scalingMask } from "./scale-mask.ts";
import { atOnce, type Steps } from "./slices.ts";

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
export const fitCover = (image: Image, frame: Size): Image => atOnce(fittingCover(image, frame));

export function* fittingCover(image: Image, frame: Size): Steps<Image> {
  if (isSize(image, frame)) return image;
  const box = coverBox(image, frame);
  return yield* scalingSamples(isSize(boxSize(box), image) ? image : cropImage(image, box), frame);
}

/** The same for a mask of the picture, scaled linearly. */
export const fitMaskCover = (mask: Mask, frame: Size): Mask => atOnce(fittingMaskCover(mask, frame));

export function* fittingMaskCover(mask: Mask, frame: Size): Steps<Mask> {
  if (isSize(mask, frame)) return mask;
  const box = coverBox(mask, frame);
  return yield* scalingMask(cropMask(mask, box), frame);
}

const isSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;
