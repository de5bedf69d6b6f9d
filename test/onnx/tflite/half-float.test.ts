import { expect, it } from "vitest";
import { halfToFloat } from "../../../src/onnx/tflite/half-float.ts";

it.each([
  [0x0000, 0],
  [0x3c00, 1],
  [0xc000, -2],
  [0x7bff, 65504],
  [0x0400, 2 ** -14],
  [0x0001, 2 ** -24],
  [0x83ff, -(1023 / 1024) * 2 ** -14],
  [0x3555, 0.333251953125],
  [0x7c00, Number.POSITIVE_INFINITY],
  [0xfc00, Number.NEGATIVE_INFINITY],
  [0x7e00, Number.NaN],
])("reads the half 0x%s as %d", (bits, value) => {
  expect(halfToFloat(Uint8Array.of(bits & 0xff, bits >> 8))[0]).toBe(value);
});

it("keeps the order of all finite positive halves", () => {
  const bytes = new Uint8Array(new Uint16Array(0x7c00).map((_, bits) => bits).buffer);
  const floats = halfToFloat(bytes);
  expect(floats.every((value, index) => index === 0 || value > (floats[index - 1] ?? 0))).toBe(true);
});
