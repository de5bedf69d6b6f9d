import type { InpaintingNetwork } from "../../../../contracts/manifest.ts";
import { blankFloatImage, type FloatImage, type Mask, type Size } from "../../../../image/raster.ts";
import type { Tensor } from "../../../../onnx/tensor.ts";

type Channels = InpaintingNetwork["image"]["channels"];

/** In a network's planes, where red, green and blue of a pixel go. */
const PLANES: Readonly<Record<Channels, readonly [number, number, number]>> = {
  RGB: [0, 1, 2],
  BGR: [2, 1, 0],
};

/** A picture [1, 3, height, width] in the network's own values; what overshoots 0–255 is clipped. */
export function pictureTensor(
  { width, height, data }: FloatImage,
  { type, range: [black, white], channels }: InpaintingNetwork["image"],
): Tensor {
  const pixels = width * height;
  const values = emptyValues(type, pixels * 3);
  const scale = (white - black) / 255;
  for (const [channel, plane] of PLANES[channels].entries()) {
    const start = plane * pixels;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const level = Math.min(255, Math.max(0, data[pixel * 3 + channel] as number));
      values[start + pixel] = roundFor(type, black + level * scale);
    }
  }
  return tensorOf(values, [1, 3, height, width]);
}

/**
 * A mask [1, 1, height, width] of two values. Whatever the mask touches at all is to be repainted: its fade shows some of
 * the painting too.
 */
export function maskTensor(
  { width, height, data }: Mask,
  { type, keep, repaint }: InpaintingNetwork["mask"],
): Tensor {
  const values = emptyValues(type, width * height);
  for (let pixel = 0; pixel < values.length; pixel++) values[pixel] = data[pixel] === 0 ? keep : repaint;
  return tensorOf(values, [1, 1, height, width]);
}

/** The picture that a network answered, or null where the tensor is none of that size. */
export function readPicture(
  { dims, data }: Tensor,
  { width, height }: Size,
  { range: [black, white] }: InpaintingNetwork["output"],
  channels: Channels,
): FloatImage | null {
  const pixels = width * height;
  if (dims.at(-1) !== width || dims.at(-2) !== height || data.length !== pixels * 3) return null;
  const picture = blankFloatImage({ width, height });
  const scale = 255 / (white - black);
  for (const [channel, plane] of PLANES[channels].entries()) {
    const start = plane * pixels;
    for (let pixel = 0; pixel < pixels; pixel++) {
      picture.data[pixel * 3 + channel] = ((data[start + pixel] as number) - black) * scale;
    }
  }
  return picture;
}

type Values = Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

function emptyValues(type: Tensor["type"], count: number): Values {
  return type === "uint8" ? new Uint8Array(count) : new Float32Array(count);
}

const roundFor = (type: Tensor["type"], value: number): number =>
  type === "uint8" ? Math.round(value) : value;

function tensorOf(data: Values, dims: readonly number[]): Tensor {
  return data instanceof Uint8Array ? { type: "uint8", dims, data } : { type: "float32", dims, data };
}
