import fc from "fast-check";
import { encode } from "flatbuffers/js/flexbuffers.js";
import { expect, it } from "vitest";
import { readFlexMap } from "../../../src/onnx/tflite/flex-map.ts";

const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 });
// The encoder writes whole numbers as integers: none beyond 64 bits, and no negative zero.
const double = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter((value) => Math.abs(value) < 2 ** 53)
  .map((value) => value + 0);
const values = fc.oneof(int, double, fc.array(int, { minLength: 2, maxLength: 300 }));
const names = fc.stringMatching(/^[a-z_]{1,12}$/);

it("reads the numbers and lists that another implementation wrote", () => {
  fc.assert(
    fc.property(fc.dictionary(names, values, { minKeys: 1, maxKeys: 12 }), (map) => {
      expect(Object.fromEntries(readFlexMap(new Uint8Array(encode(map))) ?? [])).toEqual({ ...map });
    }),
    { numRuns: 200 },
  );
});

it("leaves out what is neither a number nor a list of numbers", () => {
  const bytes = new Uint8Array(encode({ size: 16, name: "lips", inner: { deep: 1 }, mixed: [1, "two"] }));
  expect(readFlexMap(bytes)).toEqual(new Map([["size", 16]]));
});

it("says null, or reads something else, whatever bytes are changed", () => {
  const bytes = new Uint8Array(encode({ size: 16, scale: 1.5, points: [61, 146, 1000, 7] }));
  const change = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 5 }), fc.nat(bytes.length), (changes, length) => {
      const damaged = bytes.slice(0, length);
      for (const { at, value } of changes) damaged[at] = value;
      const map = readFlexMap(damaged);
      if (length < 3) expect(map).toBeNull();
      for (const value of map?.values() ?? []) expect(["number", "object"]).toContain(typeof value);
    }),
    { numRuns: 1000 },
  );
});
