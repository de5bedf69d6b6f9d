import { blankImage, hasAlpha, type Image } from "./raster.ts";

/* Conversions between kinds of samples; geometry never changes here. */

/** 65535 / 255: 16-bit samples are 8-bit ones times this, exactly. */
const SAMPLES_PER_LEVEL = 257;

/** Weights of R, G and B in brightness (ITU-R BT.709), applied to the samples as they are. */
export const LUMA = [0.2126, 0.7152, 0.0722] as const;

/** Largest sample of a depth, divided by 255. */
export const levelScale = (depth: 8 | 16): number => (depth === 8 ? 1 : SAMPLES_PER_LEVEL);

export function narrowTo8Bits(image: Image): Image {
  if (image.depth === 8) return image;
  const { width, height, channels } = image;
  const data = Uint8Array.from(image.data, (sample) => Math.round(sample / SAMPLES_PER_LEVEL));
  return { width, height, channels, depth: 8, data };
}

/** Lays an image with alpha over white. */
export function dropAlpha(image: Image): Image {
  if (!hasAlpha(image)) return image;
  const { channels } = image;
  const colours = channels - 1;
  const white = 255 * levelScale(image.depth);
  const opaque = blankImage({ ...image, channels: colours === 1 ? 1 : 3 }, image);
  const pixels = image.width * image.height;
  for (let i = 0; i < pixels; i++) {
    const alpha = (image.data[i * channels + colours] as number) / white;
    for (let c = 0; c < colours; c++) {
      const sample = image.data[i * channels + c] as number;
      opaque.data[i * colours + c] = Math.round(sample * alpha + white * (1 - alpha));
    }
  }
  return opaque;
}

export type RgbImage = Image & { readonly depth: 8; readonly channels: 3 };

/** 8-bit interleaved RGB for detectors: grey is repeated, alpha ignored. What is so already is shared, not copied. */
export function toRgb(image: Image): RgbImage {
  const { width, height } = image;
  if (image.depth === 8 && image.channels === 3) return { ...image, depth: 8, channels: 3 };
  const narrow = narrowTo8Bits(image);
  const { channels } = narrow;
  const data = new Uint8Array(width * height * 3);
  const [green, blue] = channels >= 3 ? [1, 2] : [0, 0];
  for (let source = 0, target = 0; target < data.length; source += channels, target += 3) {
    data[target] = narrow.data[source] as number;
    data[target + 1] = narrow.data[source + green] as number;
    data[target + 2] = narrow.data[source + blue] as number;
  }
  return { width, height, channels: 3, depth: 8, data };
}
