/* TFLite keeps pictures as NHWC, ONNX as NCHW. Values of four dimensions are pictures; all others keep their order. */

export const NHWC_TO_NCHW = [0, 3, 1, 2] as const;
export const NCHW_TO_NHWC = [0, 2, 3, 1] as const;
/** Place of each NHWC axis within NCHW. */
const NCHW_AXIS = [0, 2, 3, 1] as const;

export function onnxShape(shape: readonly number[]): number[] {
  return shape.length === 4 ? NHWC_TO_NCHW.map((axis) => shape[axis] ?? 1) : [...shape];
}

/** The ONNX axis for a TFLite axis, which may be negative. */
export function onnxAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  return rank === 4 ? (NCHW_AXIS[positive] ?? positive) : positive;
}

/** Reorders the axes of a dense tensor: output axis i is input axis order[i]. */
export function transpose(
  data: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  }
  const outShape = order.map((axis) => shape[axis] as number);
  const outStrides = order.map((axis) => strides[axis] as number);
  const result = new Float32Array(data.length);
  const index = new Array<number>(outShape.length).fill(0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from] as number;
    for (let axis = outShape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] as number) + 1;
      from += outStrides[axis] as number;
      if (next < (outShape[axis] as number)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
      from -= (outStrides[axis] as number) * next;
    }
  }
  return result;
}
