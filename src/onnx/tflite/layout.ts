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
