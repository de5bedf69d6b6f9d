import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mediapipeFaceFull } from "../../../models/mediapipe-face-full.ts";
import { mediapipeFaceShort } from "../../../models/mediapipe-face-short.ts";
import { MaskloomError } from "../../../src/errors.ts";
import { importTflite } from "../../../src/onnx/tflite/import-tflite.ts";
import { readWeightFile } from "../../../src/onnx/weight-file.ts";
import { errorOf, largestDifference, runModel } from "../run-model.ts";
import { convolve } from "./reference-convolution.ts";
import { floatBytes, intBytes, type ModelSpec, tfliteFile } from "./tflite-file.ts";

const plain = { name: "model", range: [0, 255], pixels: "float32" } as const;

const detectors = [mediapipeFaceShort, mediapipeFaceFull].flatMap(({ id, pipeline }) =>
  pipeline.kind === "ssd" ? [{ id, ...pipeline.network, decoder: pipeline.decoder }] : [],
);

describe.each(detectors)("the importer on $id", ({ id, source, input, decoder }) => {
  const options = { name: id, range: input.range, pixels: "float32" } as const;
  const picture = Float32Array.from(
    { length: input.width * input.height * 3 },
    (_, index) => (index * 31) % 256,
  );
  const dims = [1, input.height, input.width, 3];

  it("makes a model with the outputs that the decoder expects", async () => {
    const outputs = await runModel(importTflite(await readWeightFile(source), options), picture, dims);
    const sizes = Object.values(outputs).map((output) => output.data.length);
    expect(sizes.sort((a, b) => a - b)).toEqual([
      decoder.anchors,
      decoder.anchors * (4 + 2 * decoder.keypoints),
    ]);
  });

  it("answers the same to bytes as to floats of the same values", async () => {
    const weights = await readWeightFile(source);
    const floats = await runModel(importTflite(weights, options), picture, dims);
    const asBytes = importTflite(weights, { ...options, pixels: "uint8" });
    const bytes = await runModel(asBytes, Uint8Array.from(picture), dims);
    for (const [name, output] of Object.entries(floats)) {
      expect(largestDifference(output.data, bytes[name]?.data ?? [])).toBe(0);
    }
  });

  it("leaves out what only unwanted outputs need", async () => {
    const weights = await readWeightFile(source);
    const all = importTflite(weights, options);
    const [name = ""] = Object.keys(await runModel(all, picture, dims));
    const pruned = importTflite(weights, { ...options, outputs: [name] });
    expect(Object.keys(await runModel(pruned, picture, dims))).toEqual([name]);
    expect(pruned.length).toBeLessThan(all.length);
  });

  it("refuses a file cut off anywhere", async () => {
    const weights = await readWeightFile(source);
    const lengths = [0, 3, 4, 7, 8, 12, 64, 1000, weights.length >> 1, weights.length - 64];
    for (const length of lengths) {
      const error = await errorOf(() => importTflite(weights.slice(0, length), options));
      expect(error).toMatchObject({ name: "MaskloomError", code: "MODEL_UNREADABLE" });
    }
  });

  it("ends in MODEL_UNREADABLE or in a model, whatever bytes are changed", async () => {
    const weights = await readWeightFile(source);
    const change = fc.record({
      at: fc.integer({ min: 0, max: weights.length - 1 }),
      value: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 30 }), (changes) => {
        const damaged = weights.slice();
        for (const { at, value } of changes) damaged[at] = value;
        // The structure lies at the end of these files, the weights before it.
        for (const { at, value } of changes) damaged[weights.length - 1 - (at % 20_000)] = value;
        expectModelOrUnreadable(damaged);
      }),
      { numRuns: 25 },
    );
  });
});

function expectModelOrUnreadable(bytes: Uint8Array): void {
  try {
    expect(importTflite(bytes, plain).length).toBeGreaterThan(0);
  } catch (error) {
    expect(error).toBeInstanceOf(MaskloomError);
    expect(error).toMatchObject({ code: "MODEL_UNREADABLE" });
  }
}

/** A picture through one operator with options. */
function oneOperator(
  code: number | string,
  input: readonly number[],
  output: readonly number[],
  options: NonNullable<ModelSpec["operators"][number]["options"]>,
  constants: ModelSpec["tensors"] = [],
): ModelSpec {
  return {
    tensors: [{ shape: input }, { shape: output }, ...constants],
    operators: [{ code, inputs: [0, ...constants.map((_, index) => index + 2)], outputs: [1], options }],
    inputs: [0],
    outputs: [1],
  };
}

describe("single operators, against plain loops over NHWC", () => {
  const side = fc.integer({ min: 1, max: 9 });
  const convolution = fc.record({
    height: side,
    width: side,
    channels: fc.integer({ min: 1, max: 4 }),
    filters: fc.integer({ min: 1, max: 4 }),
    kernel: fc.constantFrom([1, 1], [3, 3], [2, 2], [5, 3]),
    stride: fc.constantFrom([1, 1], [2, 2], [1, 2]),
    depthwise: fc.boolean(),
    activation: fc.constantFrom(0, 1),
  });

  it("places SAME padding, strides, channels and the fused activation as TensorFlow does", async () => {
    await fc.assert(
      fc.asyncProperty(convolution, async (test) => {
        const { height, width, channels, kernel, stride, depthwise, activation } = test;
        const [kernelHeight = 1, kernelWidth = 1] = kernel;
        const [down = 1, across = 1] = stride;
        const filters = depthwise ? channels : test.filters;
        const weightShape = depthwise
          ? [1, kernelHeight, kernelWidth, channels]
          : [filters, kernelHeight, kernelWidth, channels];
        const weights = wave(weightShape.reduce((a, b) => a * b));
        const bias = wave(filters);
        const output = [1, Math.ceil(height / down), Math.ceil(width / across), filters];
        const activationField = depthwise ? 4 : 3;
        const file = tfliteFile(
          oneOperator(
            depthwise ? 4 : 3,
            [1, height, width, channels],
            output,
            { 0: [0, 1], 1: [across, 4], 2: [down, 4], [activationField]: [activation, 1] },
            [
              { shape: weightShape, data: floatBytes(weights) },
              { shape: [filters], data: floatBytes(bias) },
            ],
          ),
        );
        const picture = wave(height * width * channels).map((value) => value * 50);
        const { tensor1 } = await runModel(importTflite(file, plain), picture, [1, height, width, channels]);
        const expected = convolve(picture, { ...test, filters, weights, bias, output });
        expect(tensor1?.dims).toEqual(output);
        expect(largestDifference(tensor1?.data ?? [], expected)).toBeLessThan(1e-3);
      }),
      { numRuns: 40 },
    );
  });

  it("takes depth to space in blocks of rows, columns, then channels", async () => {
    const file = tfliteFile(oneOperator(5, [1, 1, 2, 8], [1, 2, 4, 2], { 0: [2, 4] }));
    const { tensor1 } = await runModel(
      importTflite(file, plain),
      Float32Array.from({ length: 16 }, (_, i) => i),
      [1, 1, 2, 8],
    );
    expect([...(tensor1?.data ?? [])]).toEqual([0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15]);
  });

  it("pads each axis where it was asked for", async () => {
    const pads = { shape: [4, 2], type: 2, data: intBytes([0, 0, 1, 0, 0, 1, 0, 1]) };
    const file = tfliteFile(oneOperator(34, [1, 1, 1, 1], [1, 2, 2, 2], {}, [pads]));
    const { tensor1 } = await runModel(importTflite(file, plain), Float32Array.of(7), [1, 1, 1, 1]);
    expect([...(tensor1?.data ?? [])]).toEqual([0, 0, 0, 0, 7, 0, 0, 0]);
  });

  it("keeps TensorFlow's order of elements in a reshape", async () => {
    const file = tfliteFile(oneOperator(22, [1, 2, 2, 3], [1, 4, 3], {}));
    const values = Float32Array.from({ length: 12 }, (_, i) => i);
    const { tensor1 } = await runModel(importTflite(file, plain), values, [1, 2, 2, 3]);
    expect([...(tensor1?.data ?? [])]).toEqual([...values]);
  });

  it("enlarges bilinearly at half-pixel centres", async () => {
    const size = { shape: [2], type: 2, data: intBytes([1, 4]) };
    const file = tfliteFile(oneOperator(23, [1, 1, 2, 1], [1, 1, 4, 1], { 3: [1, 1] }, [size]));
    const { tensor1 } = await runModel(importTflite(file, plain), Float32Array.of(0, 100), [1, 1, 2, 1]);
    expect([...(tensor1?.data ?? [])]).toEqual([0, 25, 75, 100]);
  });
});

describe("files that cannot be converted", () => {
  it.each<[string, ModelSpec | Uint8Array, RegExp]>([
    ["an empty file", new Uint8Array(), /expected a file marked TFL3 at byte 4, got an empty file/],
    ["another format", new TextEncoder().encode("PK\u0003\u0004not a model"), /expected a file marked TFL3/],
    [
      "another identifier",
      { ...oneOperator(19, [1, 1, 1, 3], [1, 1, 1, 3], {}), identifier: "TFL9" },
      /got "TFL9"/,
    ],
    [
      "another schema version",
      { ...oneOperator(19, [1, 1, 1, 3], [1, 1, 1, 3], {}), version: 4 },
      /expected TFLite schema version 3, got 4/,
    ],
    [
      "an unknown builtin operator",
      oneOperator(25, [1, 1, 1, 3], [1, 1, 1, 3], {}),
      /model model: operator SOFTMAX at position 0 cannot be converted; known are ADD, /,
    ],
    [
      "an operator without a name",
      oneOperator(200, [1, 1, 1, 3], [1, 1, 1, 3], {}),
      /BUILTIN_200 at position 0/,
    ],
    [
      "an unknown custom operator",
      oneOperator("Blink", [1, 1, 1, 3], [1, 1, 1, 3], {}),
      /Blink at position 0/,
    ],
    [
      "a custom operator named like a method",
      oneOperator("toString", [1, 1, 1, 3], [1, 1, 1, 3], {}),
      /toString/,
    ],
    [
      "a tensor that is not there",
      { ...oneOperator(19, [1, 1, 1, 3], [1, 1, 1, 3], {}), outputs: [9] },
      /names tensor 9, but the file has 2/,
    ],
    [
      "an impossible shape",
      oneOperator(19, [1, -4, 1, 3], [1, 1, 1, 3], {}),
      /impossible shape \[1, -4, 1, 3\]/,
    ],
    [
      "a constant of the wrong size",
      oneOperator(0, [1, 1, 1, 3], [1, 1, 1, 3], {}, [{ shape: [3], data: floatBytes([1]) }]),
      /expected 12 bytes, got 4/,
    ],
    [
      "an unsupported fused activation",
      oneOperator(0, [1, 1, 1, 3], [1, 1, 1, 3], { 0: [4, 1] }, [
        { shape: [3], data: floatBytes([1, 2, 3]) },
      ]),
      /ADD at position 0: fused activation 4 is not supported/,
    ],
    [
      "a value read before it is computed",
      {
        tensors: [{ shape: [1, 1, 1, 3] }, { shape: [1, 1, 1, 3] }],
        operators: [{ code: 19, inputs: [1], outputs: [1] }],
        inputs: [0],
        outputs: [1],
      },
      /is read before it is computed/,
    ],
    [
      "an input that is no picture",
      { ...oneOperator(19, [1, 3], [1, 3], {}) },
      /expected a float32 picture as input, got float32 \[1,3\]/,
    ],
  ])("refuses %s", async (_, file, message) => {
    const bytes = file instanceof Uint8Array ? file : tfliteFile(file);
    const error = await errorOf(() => importTflite(bytes, plain));
    expect(error).toMatchObject({ code: "MODEL_UNREADABLE", message: expect.stringMatching(message) });
  });

  const small = tfliteFile(
    oneOperator(3, [1, 2, 2, 1], [1, 2, 2, 1], { 0: [0, 1], 1: [1, 4], 2: [1, 4] }, [
      { shape: [1, 1, 1, 1], data: floatBytes([2]) },
      { shape: [1], data: floatBytes([1]) },
    ]),
  );

  it.each([0x7fff_ffff, -1, 0x00ff_ffff, 0x4000_0001])(
    "survives the number %d in any place of the file",
    (value) => {
      expect(importTflite(small, plain).length).toBeGreaterThan(0);
      for (let at = 0; at + 4 <= small.length; at += 2) {
        const damaged = small.slice();
        new DataView(damaged.buffer).setInt32(at, value, true);
        expectModelOrUnreadable(damaged);
      }
    },
  );

  it("says where an offset leaves the file", async () => {
    const damaged = small.slice();
    new DataView(damaged.buffer).setInt32(0, 0x00ff_ffff, true);
    expect(await errorOf(() => importTflite(damaged, plain))).toMatchObject({
      message: `model model: an offset points to bytes 16777215–16777219, but the file has ${small.length} bytes; it is truncated or damaged`,
    });
  });

  it("refuses an output that the file does not have and names those it has", async () => {
    const file = tfliteFile(oneOperator(19, [1, 1, 1, 3], [1, 1, 1, 3], {}));
    const error = await errorOf(() => importTflite(file, { ...plain, outputs: ["heat"] }));
    expect(error).toMatchObject({ message: 'model model: has no output "heat"; its outputs are tensor1' });
  });
});

/** Values of both signs without a pattern that a wrong order would keep. */
function wave(length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin(index * 1.7 + length));
}
