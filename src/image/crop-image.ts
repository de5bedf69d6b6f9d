import { boxSize } from "./crop-rows.ts";
import { blankImage, type Image, type Mask, type PixelBox } from "./raster.ts";

/** A copy of the samples within a box that lies inside the image. */
export function cropImage(image: Image, box: PixelBox): Image {
  const cropped = blankImage(image, boxSize(box));
  cropSamples(image.data, image.width, image.channels, box, cropped.data);
  return cropped;
}

/** The same of a mask. */
export function cropMask(mask: Mask, box: PixelBox): Mask {
  const { width, height } = boxSize(box);
  const data = new Uint8Array(width * height);
  cropSamples(mask.data, mask.width, 1, box, data);
  return { width, height, data };
}

function cropSamples(
  source: Image["data"],
  width: number,
  channels: number,
  { x0, y0, x1, y1 }: PixelBox,
  target: Image["data"],
): void {
  const length = (x1 - x0) * channels;
  for (let y = y0; y < y1; y++) {
    const from = (y * width + x0) * channels;
    target.set(source.subarray(from, from + length), (y - y0) * length);
  }
}
