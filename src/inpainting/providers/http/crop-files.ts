import { decodeImage, encodeImage, encodeMask } from "../../../image/codec.ts";
import { DEFAULT_LIMITS } from "../../../image/limits.ts";
import type { FloatImage, Mask, Size } from "../../../image/raster.ts";
import { toRgb } from "../../../image/samples.ts";
import { UselessAnswer } from "../../useless-answer.ts";

/** A crop as a PNG of 8 bits, without any metadata. */
export function cropFile({ width, height, data }: FloatImage): Promise<Uint8Array> {
  // Clamped arrays round, and keep what overshoots within 0–255.
  const rounded = new Uint8Array(Uint8ClampedArray.from(data).buffer);
  return encodeImage({ width, height, channels: 3, depth: 8, data: rounded }, { format: "png" });
}

/** Black and white alone: whatever the mask touches at all is repainted, since its fade shows some of that, too. */
export function maskFile({ width, height, data }: Mask): Promise<Uint8Array> {
  return encodeMask({ width, height, data: data.map((value) => (value === 0 ? 0 : 255)) });
}

/** Bytes that an honest answer of this size cannot exceed, however incompressible it is. */
export function mostFileBytes({ width, height }: Size): number {
  return width * height * 4 + 4 * 1024 ** 2;
}

/**
 * A picture that a provider answered.
 * @throws UselessAnswer for what is no picture, or one of another size
 */
export async function readAnswerFile(bytes: Uint8Array, expected: Size, who: string): Promise<FloatImage> {
  const { image } = await decodeImage(bytes, DEFAULT_LIMITS).catch((error: unknown) => {
    const fact = error instanceof Error ? error.message : String(error);
    throw new UselessAnswer(`${who}: expected a picture, got what is none: ${fact}`, { cause: error });
  });
  const { width, height } = image;
  if (width === expected.width && height === expected.height) {
    return { width, height, channels: 3, data: Float32Array.from(toRgb(image).data) };
  }
  throw new UselessAnswer(
    `${who}: expected a picture of ${expected.width}x${expected.height}, as it was sent, got ${width}x${height}`,
  );
}

/** A mask as the transparency of a picture: what is repainted is transparent. */
export function transparencyFile({ width, height, data }: Mask): Promise<Uint8Array> {
  const rgba = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < data.length; pixel++) rgba[pixel * 4 + 3] = data[pixel] === 0 ? 255 : 0;
  return encodeImage({ width, height, channels: 4, depth: 8, data: rgba }, { format: "png" });
}
