import { boxSize } from "./crop-rows.ts";
import { scaleSamples } from "./enlarge-image.ts";
import { blankImage, type Image, type Mask, type PixelBox, type Size } from "./raster.ts";
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
  const size = boxSize(box);
  const data = cropSamples(mask.data, mask.width, 1, box, new Uint8Array(size.width * size.height));
  return scaleMask({ ...size, data }, frame);
}

const isSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

function cropImage(image: Image, box: PixelBox): Image {
  const cropped = blankImage(image, boxSize(box));
  cropSamples(image.data, image.width, image.channels, box, cropped.data);
  return cropped;
}

function cropSamples<Data extends Uint8Array | Uint16Array>(
  source: Uint8Array | Uint16Array,
  width: number,
  channels: number,
  { x0, y0, x1, y1 }: PixelBox,
  target: Data,
): Data {
  const length = (x1 - x0) * channels;
  for (let y = y0; y < y1; y++) {
    const from = (y * width + x0) * channels;
    target.set(source.subarray(from, from + length), (y - y0) * length);
  }
  return target;
}
