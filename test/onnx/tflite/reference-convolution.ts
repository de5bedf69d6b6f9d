export interface Convolution {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  /** Height and width. */
  readonly kernel: readonly number[];
  /** Down and across. */
  readonly stride: readonly number[];
  readonly depthwise: boolean;
  readonly activation: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  /** Shape, NHWC. */
  readonly output: readonly number[];
}

/** TensorFlow's definition of a convolution with SAME padding, written out; pictures are NHWC. */
export function convolve(picture: Float32Array, test: Convolution): Float32Array {
  const { height, width, filters, bias } = test;
  const [, rows = 0, columns = 0] = test.output;
  const [top, left] = [
    paddingBefore(height, rows, test.kernel[0], test.stride[0]),
    paddingBefore(width, columns, test.kernel[1], test.stride[1]),
  ];
  const result = new Float32Array(rows * columns * filters);
  for (let at = 0; at < result.length; at++) {
    const filter = at % filters;
    const y = Math.floor(at / filters / columns) * (test.stride[0] ?? 1) - top;
    const x = (Math.floor(at / filters) % columns) * (test.stride[1] ?? 1) - left;
    const sum = (bias[filter] ?? 0) + windowSum(picture, test, y, x, filter);
    result[at] = test.activation === 1 ? Math.max(0, sum) : sum;
  }
  return result;
}

function paddingBefore(size: number, places: number, kernel = 1, stride = 1): number {
  return Math.floor(Math.max(0, (places - 1) * stride + kernel - size) / 2);
}

function windowSum(
  picture: Float32Array,
  test: Convolution,
  top: number,
  left: number,
  filter: number,
): number {
  const { height, width, channels, weights, depthwise } = test;
  const [kernelHeight = 1, kernelWidth = 1] = test.kernel;
  let sum = 0;
  for (let tap = 0; tap < kernelHeight * kernelWidth; tap++) {
    const y = top + Math.floor(tap / kernelWidth);
    const x = left + (tap % kernelWidth);
    if (y < 0 || y >= height || x < 0 || x >= width) continue;
    for (let channel = 0; channel < channels; channel++) {
      if (depthwise && channel !== filter) continue;
      const row = depthwise ? tap : filter * kernelHeight * kernelWidth + tap;
      sum += (weights[row * channels + channel] ?? 0) * (picture[(y * width + x) * channels + channel] ?? 0);
    }
  }
  return sum;
}
