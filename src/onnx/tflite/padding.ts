/** Zeros before and after one axis. */
export type Padding = readonly [before: number, after: number];

/**
 * TensorFlow's SAME padding of one axis: the output has ceil(size / stride) places, and an odd zero goes behind.
 * ONNX's own SAME_UPPER agrees, but its shape inference is not kept by every optimiser: explicit pads are.
 */
export function samePadding(size: number, kernel: number, stride: number, dilation: number): Padding {
  const places = Math.ceil(size / stride);
  const total = Math.max(0, (places - 1) * stride + (kernel - 1) * dilation + 1 - size);
  const before = total >> 1;
  return [before, total - before];
}
