import { halfToFloat } from "../tflite/half-float.ts";

/** How elements of one type lie in a storage, and how a run of them becomes singles. */
interface StorageType {
  readonly bytes: number;
  readonly toFloats: (data: Uint8Array) => Float32Array;
}

function typeOf(bytes: number, read: (view: DataView, position: number) => number): StorageType {
  return {
    bytes,
    toFloats(data) {
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
      return Float32Array.from({ length: data.length / bytes }, (_, index) => read(view, bytes * index));
    },
  };
}

/**
 * Element types by PyTorch's names of their storages, little-endian. All become singles, as PyTorch's own `.float()`
 * makes them: doubles, and integers beyond 2^24, are rounded there too.
 */
export const STORAGE_TYPES: Readonly<Record<string, StorageType>> = {
  DoubleStorage: typeOf(8, (view, position) => view.getFloat64(position, true)),
  FloatStorage: { bytes: 4, toFloats: (data) => new Float32Array(new Uint8Array(data).buffer) },
  HalfStorage: { bytes: 2, toFloats: halfToFloat },
  BFloat16Storage: { bytes: 2, toFloats: brainToFloat },
  LongStorage: typeOf(8, (view, position) => Number(view.getBigInt64(position, true))),
  IntStorage: typeOf(4, (view, position) => view.getInt32(position, true)),
  ShortStorage: typeOf(2, (view, position) => view.getInt16(position, true)),
  CharStorage: typeOf(1, (view, position) => view.getInt8(position)),
  ByteStorage: typeOf(1, (view, position) => view.getUint8(position)),
  BoolStorage: typeOf(1, (view, position) => Math.min(1, view.getUint8(position))),
};

/** A bfloat16 is the upper half of a single. */
function brainToFloat(data: Uint8Array): Float32Array {
  const singles = new Uint8Array(2 * data.length);
  for (let index = 0; index < data.length; index++) singles[2 * index + 2 - (index % 2)] = data[index] ?? 0;
  return new Float32Array(singles.buffer);
}
