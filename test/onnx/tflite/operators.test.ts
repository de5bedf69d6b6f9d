import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importTflite } from "../../../src/onnx/tflite/import-tflite.ts";
import { errorOf, largestDifference, runModel } from "../run-model.ts";
import { floatBytes, intBytes, type ModelSpec, tfliteFile } from "./tflite-file.ts";

const plain = { name: "model", range: [0, 255], pixels: "float32" } as const;
type Operator = ModelSpec["operators"][number];

const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
/** Values of both signs without a pattern that a wrong order would keep. */
const wave = (length: number, phase = 0): Float32Array =>
  Float32Array.from({ length }, (_, index) => 5 * Math.sin(index * 1.7 + phase));

/** What one operator makes of a picture; constants follow the picture as inputs. */
async function run(
  operator: Omit<Operator, "inputs" | "outputs">,
  picture: { shape: readonly number[]; data: Float32Array },
  output: readonly number[],
  constants: ModelSpec["tensors"] = [],
): Promise<Float32Array> {
  const inputs = [0, ...constants.map((_, index) => index + 2)];
  const file = tfliteFile({
    tensors: [{ shape: picture.shape }, { shape: output }, ...constants],
    operators: [{ ...operator, inputs, outputs: [1] }],
    inputs: [0],
    outputs: [1],
  });
  const { tensor1 } = await runModel(importTflite(file, plain), picture.data, picture.shape);
  expect(tensor1?.dims).toEqual(output);
  return tensor1?.data ?? new Float32Array();
}

const floats = (shape: readonly number[], data: Float32Array): ModelSpec["tensors"][number] => ({
  shape,
  data: floatBytes(data),
});
const ints = (values: readonly number[]): ModelSpec["tensors"][number] => ({
  shape: [values.length],
  type: 2,
  data: intBytes(values),
});

const side = fc.integer({ min: 1, max: 6 });
const pictures = fc.tuple(side, side, fc.integer({ min: 1, max: 5 })).map(([height, width, channels]) => ({
  shape: [1, height, width, channels],
  channels,
  data: wave(height * width * channels, height),
}));
const runs = { numRuns: 15 };

describe("operators of one value each", () => {
  it.each<[string, number, (value: number) => number]>([
    ["LOGISTIC", 14, (value) => 1 / (1 + Math.exp(-value))],
    ["RELU6", 21, (value) => Math.min(6, Math.max(0, value))],
    ["HARD_SWISH", 117, (value) => (value * Math.min(6, Math.max(0, value + 3))) / 6],
  ])("computes %s", async (_, code, expected) => {
    const data = Float32Array.of(-70, -3.5, -3, -1, -0, 0.25, 2.9, 3, 5.9, 6, 6.5, 90);
    const answer = await run({ code, options: {} }, { shape: [1, 2, 2, 3], data }, [1, 2, 2, 3]);
    expect(largestDifference(answer, data.map(expected))).toBeLessThan(1e-5);
  });

  it("lets a slope of each channel bend what is below zero, and leaves the rest alone", async () => {
    await fc.assert(
      fc.asyncProperty(pictures, async ({ shape, channels, data }) => {
        const slopes = wave(channels, 3).map((value) => value / 5);
        const answer = await run({ code: 54, options: {} }, { shape, data }, shape, [
          floats([1, 1, channels], slopes),
        ]);
        const expected = data.map((value, index) =>
          value > 0 ? value : value * (slopes[index % channels] ?? 0),
        );
        expect(largestDifference(answer, expected)).toBeLessThan(2e-6);
      }),
      runs,
    );
  });

  it("takes a slope of each place where the file has one", async () => {
    const shape = [1, 2, 3, 2];
    const data = wave(12);
    const slopes = wave(12, 1);
    const answer = await run({ code: 54, options: {} }, { shape, data }, shape, [floats([2, 3, 2], slopes)]);
    const expected = data.map((value, index) => (value > 0 ? value : value * (slopes[index] ?? 0)));
    expect(largestDifference(answer, expected)).toBeLessThan(2e-6);
  });

  it.each<[string, readonly number[], readonly number[], (index: number) => number]>([
    ["of each channel", [2], [2, -3], (index) => (index % 2 === 0 ? 2 : -3)],
    ["of each row", [2, 1, 1], [2, -3], (index) => (index < 6 ? 2 : -3)],
    ["of all", [], [-1], () => -1],
  ])(
    "multiplies by a factor %s, and clips where the operator says so",
    async (_, shape, factors, factorAt) => {
      const data = wave(12);
      const constant = floats(shape, Float32Array.from(factors));
      const picture = { shape: [1, 2, 3, 2], data };
      const answer = await run({ code: 18, options: { 0: [3, 1] } }, picture, picture.shape, [constant]);
      const expected = data.map((value, index) => Math.min(6, Math.max(0, value * factorAt(index))));
      expect(largestDifference(answer, expected)).toBeLessThan(1e-5);
    },
  );
});

it("clips a sum of pictures at zero and six", async () => {
  const numbers = [-9, -0.5, 0, 0.3, 2.9, 3, 5.75, 6, 6.1, 11.5, 13, 4000];
  const picture = { shape: [1, 2, 2, 3], data: Float32Array.from(numbers) };
  const nothing = floats([1], Float32Array.of(0));
  const answer = await run({ code: 0, options: { 0: [3, 1] } }, picture, picture.shape, [nothing]);
  const expected = picture.data.map((value) => Math.min(6, Math.max(0, value)));
  expect([...answer.slice(0, 10)]).toEqual([...expected.slice(0, 10)]);
  expect(largestDifference(answer, expected)).toBeLessThan(5e-4);
});

describe("operators over windows and axes", () => {
  it("averages without what lies outside the picture", async () => {
    await fc.assert(
      fc.asyncProperty(
        pictures,
        fc.constantFrom(1, 2, 3),
        fc.constantFrom(1, 2),
        async (picture, kernel, stride) => {
          const [, height = 0, width = 0, channels = 0] = picture.shape;
          const output = [1, Math.ceil(height / stride), Math.ceil(width / stride), channels];
          const options = {
            0: [0, 1],
            1: [stride, 4],
            2: [stride, 4],
            3: [kernel, 4],
            4: [kernel, 4],
          } as const;
          const answer = await run({ code: 1, options }, picture, output);
          const skipped = (size: number): number =>
            Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size) >> 1;
          const expected = Float32Array.from({ length: count(output) }, (_, index) => {
            const [row, column] = [
              Math.floor(index / channels / (output[2] ?? 1)),
              Math.floor(index / channels) % (output[2] ?? 1),
            ];
            const values: number[] = [];
            for (let down = 0; down < kernel; down++) {
              for (let across = 0; across < kernel; across++) {
                const [y, x] = [
                  row * stride + down - skipped(height),
                  column * stride + across - skipped(width),
                ];
                if (y < 0 || x < 0 || y >= height || x >= width) continue;
                values.push(picture.data[(y * width + x) * channels + (index % channels)] ?? Number.NaN);
              }
            }
            return values.reduce((sum, value) => sum + value, 0) / values.length;
          });
          expect(largestDifference(answer, expected)).toBeLessThan(1e-5);
        },
      ),
      runs,
    );
  });

  it.each<[string, readonly number[], boolean, readonly number[]]>([
    ["a picture to its channels", [1, 2], false, [1, 4]],
    ["a picture to its channels, as a picture", [1, 2], true, [1, 1, 1, 4]],
    ["rows away, where channels stay behind columns", [1], false, [1, 3, 4]],
    ["channels away, by a negative axis", [-1], false, [1, 2, 3]],
  ])("means %s", async (_, axes, keep, output) => {
    const data = wave(24);
    const options = { 0: [keep ? 1 : 0, 1] } as const;
    const answer = await run({ code: 40, options }, { shape: [1, 2, 3, 4], data }, output, [ints(axes)]);
    const dropped = axes.map((axis) => (axis + 4) % 4);
    const sums = new Map<string, number[]>();
    for (const [index, value] of data.entries()) {
      const place = [0, Math.floor(index / 12), Math.floor(index / 4) % 3, index % 4];
      const key = place.filter((_at, axis) => !dropped.includes(axis)).join();
      sums.set(key, [...(sums.get(key) ?? []), value]);
    }
    // A map keeps the order of insertion, and the loop meets the remaining axes in theirs.
    const expected = [...sums.values()].map(
      (list) => list.reduce((sum, value) => sum + value, 0) / list.length,
    );
    expect(largestDifference(answer, expected)).toBeLessThan(1e-5);
  });

  it("multiplies rows with weights, in TensorFlow's order of elements", async () => {
    const data = wave(12);
    const weights = wave(24, 2);
    const bias = wave(2, 4);
    const picture = { shape: [1, 2, 2, 3], data };
    const constants = [floats([2, 12], weights), floats([2], bias)];
    const answer = await run({ code: 9, options: { 0: [1, 1] } }, picture, [1, 2], constants);
    const expected = [0, 1].map((output) =>
      Math.max(
        0,
        data.reduce(
          (sum, value, index) => sum + value * (weights[output * 12 + index] ?? 0),
          bias[output] ?? 0,
        ),
      ),
    );
    expect(largestDifference(answer, expected)).toBeLessThan(1e-4);
  });

  it("slices by begin, end, stride and masks", async () => {
    const data = Float32Array.from({ length: 24 }, (_, index) => index);
    const slice = [ints([0, 1, 0, 3]), ints([1, 0, 3, -1]), ints([1, 1, 2, 1])];
    const options = { 0: [0b1000, 4], 1: [0b0010, 4] } as const;
    const answer = await run({ code: 45, options }, { shape: [1, 2, 3, 4], data }, [1, 1, 2, 3], slice);
    expect([...answer]).toEqual([12, 13, 14, 20, 21, 22]);
  });

  it.each([
    ["SAME", 1, 2, 2, 0, [1, 8, 4, 2]],
    ["SAME, larger than its stride,", 1, 2, 4, 1, [1, 8, 4, 2]],
    ["VALID", 2, 2, 3, 0, [1, 9, 5, 2]],
  ])(
    "spreads pixels by a transposed convolution with %s padding",
    async (_, padding, stride, kernel, cut, output) => {
      const [height, width, channels, filters] = [4, 2, 3, 2];
      const data = wave(height * width * channels);
      const weights = wave(filters * kernel * kernel * channels, 1);
      const bias = wave(filters, 2);
      const customOptions = intBytes([padding, stride, stride]);
      const constants = [floats([filters, kernel, kernel, channels], weights), floats([filters], bias)];
      const code = "Convolution2DTransposeBias";
      const picture = { shape: [1, height, width, channels], data };
      const answer = await run({ code, options: {}, customOptions }, picture, output, constants);
      const [, rows = 0, columns = 0] = output;
      const expected = Float32Array.from(
        { length: count(output) },
        (_value, index) => bias[index % filters] ?? 0,
      );
      for (const [index, value] of data.entries()) {
        const [y, x, channel] = [
          Math.floor(index / channels / width),
          Math.floor(index / channels) % width,
          index % channels,
        ];
        for (let place = 0; place < kernel * kernel * filters; place++) {
          const filter = place % filters;
          const [down, across] = [Math.floor(place / filters / kernel), Math.floor(place / filters) % kernel];
          const [row, column] = [y * stride + down - cut, x * stride + across - cut];
          if (row < 0 || column < 0 || row >= rows || column >= columns) continue;
          const weight = weights[((filter * kernel + down) * kernel + across) * channels + channel] ?? 0;
          expected[(row * columns + column) * filters + filter] =
            (expected[(row * columns + column) * filters + filter] ?? 0) + value * weight;
        }
      }
      expect(largestDifference(answer, expected)).toBeLessThan(1e-4);
    },
  );
});

describe("operators whose options make no sense", () => {
  const picture = { shape: [1, 2, 2, 3], data: wave(12) };
  it.each<[string, Omit<Operator, "inputs" | "outputs">, ModelSpec["tensors"], RegExp]>([
    [
      "a slice that drops an axis",
      { code: 45, options: { 4: [1, 4] } },
      [ints([0]), ints([1]), ints([1])],
      /keep their dim/,
    ],
    [
      "a slice of another rank",
      { code: 45, options: {} },
      [ints([0]), ints([1]), ints([1])],
      /do not fit \[1,2,2,3\]/,
    ],
    ["a mean over an axis that is not there", { code: 40, options: {} }, [ints([7])], /axes \[7\] of 4 dim/],
    [
      "weights that do not fit",
      { code: 9, options: {} },
      [floats([1, 5], wave(5))],
      /weights of \[1,5\] do not fit/,
    ],
    ["shuffled weights", { code: 9, options: { 1: [1, 1] } }, [floats([1, 3], wave(3))], /format 1/],
    [
      "a transposed convolution without options",
      { code: "Convolution2DTransposeBias", options: {} },
      [floats([1, 2, 2, 3], wave(12)), floats([1], wave(1))],
      /Convolution2DTransposeBias at position 0: expected options of 12 bytes, got 0/,
    ],
    [
      "a transposed convolution without stride",
      { code: "Convolution2DTransposeBias", options: {}, customOptions: intBytes([1, 0, 2]) },
      [floats([1, 2, 2, 3], wave(12)), floats([1], wave(1))],
      /strides 2, 0 do not fit/,
    ],
    [
      "a transposed convolution of another size",
      { code: "Convolution2DTransposeBias", options: {}, customOptions: intBytes([1, 2, 2]) },
      [floats([1, 2, 2, 3], wave(12)), floats([1], wave(1))],
      /expected an output of \[1,4,4,1\], got \[1,1,1,1\]/,
    ],
  ])("refuses %s", async (_, operator, constants, message) => {
    const error = await errorOf(() => run(operator, picture, [1, 1, 1, 1], constants));
    expect(error).toMatchObject({ code: "MODEL_UNREADABLE", message: expect.stringMatching(message) });
  });
});
