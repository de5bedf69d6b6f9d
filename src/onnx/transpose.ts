/** Reorders the axes of a dense tensor: output axis i is input axis order[i]. */
export function transpose(
  data: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  // Axes of one element are nowhere: the weights of a 1×1 convolution, most of all weights, keep their order.
  const moving = order.filter((axis) => shape[axis] !== 1);
  if (moving.every((axis, index) => index === 0 || axis > (moving[index - 1] as number))) return data.slice();
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
