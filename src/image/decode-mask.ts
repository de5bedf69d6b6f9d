import { MaskloomError } from "../errors.ts";
import { decodeImage } from "./codec.ts";
import { DEFAULT_LIMITS, type ImageLimits } from "./limits.ts";
import { blankMask, type Image, type Mask, type Size } from "./raster.ts";
import { LUMA, levelScale } from "./samples.ts";
import { scaleMask } from "./scale-mask.ts";

/** JPEG rings around edges; levels up to this are noise on what was black. */
const RINGING_LEVELS = 8;

/** How far the aspect of a mask may be from the image's for it to be resized. */
const ASPECT_TOLERANCE = 0.01;

/**
 * A mask for an image of `size`: brightness of the file's colours, times its alpha (transparent = keep). Another size is
 * scaled linearly if the aspect agrees within 1 %. Errors: those of inspectImage, and MASK_MISMATCH.
 */
export async function decodeMask(
  bytes: Uint8Array,
  size: Size,
  limits: ImageLimits = DEFAULT_LIMITS,
): Promise<Mask> {
  const { image, info } = await decodeImage(bytes, limits);
  const mask = maskOfImage(image);
  if (!info.lossless) removeRinging(mask);
  if (mask.width === size.width && mask.height === size.height) return mask;
  const ratio = mask.width / mask.height / (size.width / size.height);
  if (Math.abs(ratio - 1) > ASPECT_TOLERANCE) {
    throw new MaskloomError(
      "MASK_MISMATCH",
      `mask: expected ${size.width}x${size.height} like the image, or the same aspect within 1 %, got ${mask.width}x${mask.height}`,
    );
  }
  return scaleMask(mask, size);
}

function maskOfImage(image: Image): Mask {
  const mask = blankMask(image);
  const { channels, data } = image;
  const scale = levelScale(image.depth);
  const [red, green, blue] = LUMA;
  for (let i = 0; i < mask.data.length; i++) {
    const at = i * channels;
    const first = data[at] as number;
    const level =
      channels <= 2
        ? first
        : red * first + green * (data[at + 1] as number) + blue * (data[at + 2] as number);
    const opacity = channels % 2 === 1 ? 1 : (data[at + channels - 1] as number) / (255 * scale);
    mask.data[i] = Math.round((level * opacity) / scale);
  }
  return mask;
}

function removeRinging(mask: Mask): void {
  for (let i = 0; i < mask.data.length; i++) {
    if ((mask.data[i] as number) <= RINGING_LEVELS) mask.data[i] = 0;
  }
}
