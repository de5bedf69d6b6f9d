import type { PickleTensor } from "./pickle/pickle-value.ts";
import { STORAGE_TYPES } from "./storage-types.ts";

/**
 * The elements of a tensor in row-major order, as singles. Its bounds were checked when the pickle was read.
 * @param data all of the tensor's storage
 */
export function readTensor(tensor: PickleTensor, data: Uint8Array): Float32Array {
  const { size, stride, offset, storage } = tensor;
  const type = STORAGE_TYPES[storage.type];
  const elements = elementsOf(tensor);
  if (type === undefined || elements === 0) return new Float32Array(0);
  const run = data.subarray(type.bytes * offset, type.bytes * (offset + spanOf(tensor)));
  const floats = type.toFloats(run);
  if (isContiguous(tensor)) return floats;
  const ordered = new Float32Array(elements);
  const place = size.map(() => 0);
  let position = 0;
  for (let index = 0; index < elements; index++) {
    ordered[index] = floats[position] ?? 0;
    // The next place, as an odometer counts: the last axis turns fastest.
    for (let axis = size.length - 1; axis >= 0; axis--) {
      const next = (place[axis] ?? 0) + 1;
      const step = stride[axis] ?? 0;
      if (next < (size[axis] ?? 1)) {
        place[axis] = next;
        position += step;
        break;
      }
      place[axis] = 0;
      position -= (next - 1) * step;
    }
  }
  return ordered;
}

export function elementsOf({ size }: PickleTensor): number {
  return size.reduce((product, length) => product * length, 1);
}

/** Elements of the storage from the tensor's first to its last, those between them that it leaves out included. */
export function spanOf({ size, stride }: PickleTensor): number {
  if (size.includes(0)) return 0;
  return size.reduce((last, length, axis) => last + (length - 1) * (stride[axis] ?? 0), 0) + 1;
}

function isContiguous({ size, stride }: PickleTensor): boolean {
  let step = 1;
  for (let axis = size.length - 1; axis >= 0; axis--) {
    const length = size[axis] ?? 1;
    if (length !== 1 && stride[axis] !== step) return false;
    step *= length;
  }
  return true;
}
