import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inspectModel } from "../../../src/onnx/inspect-model.ts";
import { importTflite } from "../../../src/onnx/tflite/import-tflite.ts";
import { largestDifference, runModel } from "../run-model.ts";
import { floatBytes, intBytes, type ModelSpec, tfliteFile } from "./tflite-file.ts";

const plain = { name: "model", range: [0, 255], pixels: "float32" } as const;
const CONV = { code: 3, options: { 0: [0, 1], 1: [1, 4], 2: [1, 4] } } as const;
const SIDE = 3;

const wave = (length: number, phase: number): Float32Array =>
  Float32Array.from({ length }, (_, at) => Math.sin(at * 1.7 + phase));
const picture = (channels: number) => ({ shape: [1, SIDE, SIDE, channels] });
const constant = (shape: readonly number[], phase: number) => {
  const values = wave(
    shape.reduce((product, size) => product * size, 1),
    phase,
  );
  return { shape, data: floatBytes(values), values };
};

/** Each pixel by itself through a convolution of one pixel. */
function convolve(pixels: Float32Array, weights: Float32Array, bias: Float32Array): Float32Array {
  const made = bias.length;
  const read = weights.length / made;
  return Float32Array.from({ length: (pixels.length / read) * made }, (_, at) => {
    const [pixel, channel] = [Math.floor(at / made), at % made];
    let sum = bias[channel] as number;
    for (let from = 0; from < read; from++) {
      sum += (pixels[pixel * read + from] as number) * (weights[channel * read + from] as number);
    }
    return sum;
  });
}

/** Convolution, what is in between, zeros for more channels, a sum with another convolution, and one that reads it. */
function model(few: number, many: number, between: number | null) {
  const weights = [
    constant([few, 1, 1, 3], 1),
    constant([few], 2),
    constant([many, 1, 1, 3], 3),
    constant([many], 4),
    constant([2, 1, 1, many], 5),
    constant([2], 6),
  ] as const;
  const pads = { shape: [4, 2], type: 2, data: intBytes([0, 0, 0, 0, 0, 0, 0, many - few]) };
  const tensors: ModelSpec["tensors"] = [
    ...[picture(3), picture(few), picture(few), picture(many), picture(many), picture(many), picture(2)],
    ...weights,
    pads,
  ];
  const operators: ModelSpec["operators"] = [
    { ...CONV, inputs: [0, 7, 8], outputs: [1] },
    ...(between === null ? [] : [{ code: between, inputs: [1], outputs: [2], options: {} }]),
    { code: 34, inputs: [between === null ? 1 : 2, 13], outputs: [3] },
    { ...CONV, inputs: [0, 9, 10], outputs: [4] },
    { code: 0, inputs: [3, 4], outputs: [5], options: {} },
    { ...CONV, inputs: [5, 11, 12], outputs: [6] },
  ];
  const file = tfliteFile({ tensors, operators, inputs: [0], outputs: [6] });
  const expected = (pixels: Float32Array, activate: (value: number) => number): Float32Array => {
    const [w1, b1, w2, b2, w3, b3] = weights;
    const first = convolve(pixels, w1.values, b1.values).map(activate);
    const sum = convolve(pixels, w2.values, b2.values).map((value, at) => {
      const [pixel, channel] = [Math.floor(at / many), at % many];
      return value + (channel < few ? (first[pixel * few + channel] as number) : 0);
    });
    return convolve(sum, w3.values, b3.values);
  };
  return { onnx: importTflite(file, plain), expected };
}

describe("whole blocks of channels", () => {
  it.each<[string, number | null, (value: number) => number]>([
    ["nothing", null, (value) => value],
    ["RELU", 19, (value) => Math.max(0, value)],
    ["LOGISTIC, whose further channels are no zeros", 14, (value) => 1 / (1 + Math.exp(-value))],
    ["HARD_SWISH", 117, (value) => (value * Math.min(6, Math.max(0, value + 3))) / 6],
  ])("change no number, with %s in between", async (_, between, activate) => {
    const channels = fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20 }))
      .map(([few, more]) => [few, few + more] as const);
    const pixels = wave(SIDE * SIDE * 3, 9);
    await fc.assert(
      fc.asyncProperty(channels, async ([few, many]) => {
        const { onnx, expected } = model(few, many, between);
        const { tensor6 } = await runModel(onnx, pixels, [1, SIDE, SIDE, 3]);
        expect(
          largestDifference(tensor6?.data ?? new Float32Array(), expected(pixels, activate)),
        ).toBeLessThan(1e-4);
      }),
      { numRuns: 15 },
    );
  });

  it.each([
    ["28 of 32 channels are zeros already", 24, 28, { Pad: 0, Conv: 3 }],
    ["another block is another convolution", 32, 36, { Pad: 0, Conv: 4 }],
    ["half a block would double the work", 4, 8, { Pad: 1, Conv: 3 }],
  ])("leave no Pad where they are: %s", (_, few, many, expected) => {
    const { operators } = inspectModel(model(few, many, null).onnx, "model");
    const counts = Object.fromEntries(operators.map(({ name, count }) => [name, count]));
    expect({ Pad: 0, ...counts }).toMatchObject(expected);
  });
});
