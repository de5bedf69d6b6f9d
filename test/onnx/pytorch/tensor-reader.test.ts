import fc from "fast-check";
import { expect, it } from "vitest";
import { readTensor } from "../../../src/onnx/pytorch/tensor-reader.ts";

function tensorOf(
  type: string,
  data: Uint8Array,
  size: readonly number[],
  stride: readonly number[],
  offset = 0,
) {
  const storage = { kind: "storage", type, key: "0", elements: data.length } as const;
  return [...readTensor({ kind: "tensor", storage, offset, size, stride }, data)];
}

const little = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

it.each<[string, Uint8Array, number[]]>([
  ["DoubleStorage", little(Float64Array.of(0.5, -2)), [0.5, -2]],
  ["FloatStorage", little(Float32Array.of(0.5, -2)), [0.5, -2]],
  ["HalfStorage", little(Uint16Array.of(0x3800, 0xc000, 0x0001)), [0.5, -2, 2 ** -24]],
  ["BFloat16Storage", little(Uint16Array.of(0x3f00, 0xc000, 0x7f80)), [0.5, -2, Number.POSITIVE_INFINITY]],
  ["LongStorage", little(BigInt64Array.of(3n, -(2n ** 40n))), [3, -(2 ** 40)]],
  ["IntStorage", little(Int32Array.of(3, -70_000)), [3, -70_000]],
  ["ShortStorage", little(Int16Array.of(3, -300)), [3, -300]],
  ["CharStorage", little(Int8Array.of(3, -3)), [3, -3]],
  ["ByteStorage", Uint8Array.of(3, 255), [3, 255]],
  ["BoolStorage", Uint8Array.of(0, 1, 7), [0, 1, 1]],
])("reads numbers of %s", (type, data, values) => {
  expect(tensorOf(type, data, [values.length], [1])).toEqual(values);
});

it("reads numbers that do not lie at a multiple of their size in memory", () => {
  const shifted = new Uint8Array(9);
  shifted.set(little(Float32Array.of(0.5, -2)), 1);
  expect(tensorOf("FloatStorage", shifted.subarray(1), [2], [1])).toEqual([0.5, -2]);
});

it("honours strides and offsets: any view of a storage has the elements that its formula names", () => {
  const axis = fc.record({ length: fc.integer({ min: 0, max: 4 }), stride: fc.integer({ min: 0, max: 9 }) });
  fc.assert(
    fc.property(fc.array(axis, { maxLength: 4 }), fc.nat({ max: 5 }), (axes, offset) => {
      const size = axes.map(({ length }) => length);
      const stride = axes.map((each) => each.stride);
      const places = axes.reduce(
        (starts, each) =>
          starts.flatMap((start) =>
            Array.from({ length: each.length }, (_, index) => start + index * each.stride),
          ),
        [offset],
      );
      const data = Uint8Array.from({ length: 200 }, (_, index) => index);
      expect(tensorOf("ByteStorage", data, size, stride, offset)).toEqual(places);
    }),
    { numRuns: 200 },
  );
});
