import { blankFloatImage, blankMask, type FloatImage, type Mask, type Size } from "../../../image/raster.ts";

interface Crop {
  readonly image: FloatImage;
  readonly mask: Mask;
}

/** A crop with its last column and row repeated until both sides have `least` pixels; nothing of that is repainted. */
export function growTo({ image, mask }: Crop, least: number): Crop {
  const size = { width: Math.max(least, image.width), height: Math.max(least, image.height) };
  if (size.width === image.width && size.height === image.height) return { image, mask };
  const grown = { image: blankFloatImage(size), mask: blankMask(size) };
  for (let y = 0; y < size.height; y++) {
    const row = Math.min(y, image.height - 1);
    for (let x = 0; x < size.width; x++) {
      const from = row * image.width + Math.min(x, image.width - 1);
      const to = y * size.width + x;
      for (let c = 0; c < 3; c++) grown.image.data[to * 3 + c] = image.data[from * 3 + c] as number;
      if (x < image.width && y < image.height) grown.mask.data[to] = mask.data[from] as number;
    }
  }
  return grown;
}

/** The part of a picture that is not what `growTo` added. */
export function shrinkTo(image: FloatImage, { width, height }: Size): FloatImage {
  if (image.width === width && image.height === height) return image;
  const cut = blankFloatImage({ width, height });
  for (let y = 0; y < height; y++) {
    const from = y * image.width * 3;
    cut.data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return cut;
}
