import fc from "fast-check";
import { encode } from "flatbuffers/js/flexbuffers.js";
import { describe, expect, it } from "vitest";
import { importTflite } from "../../../src/onnx/tflite/import-tflite.ts";
import { errorOf, largestDifference, runModel } from "../run-model.ts";
import { floatBytes, type ModelSpec, tfliteFile } from "./tflite-file.ts";

const CODES = ["Landmarks2TransformMatrix", "TransformTensorBilinear", "TransformLandmarks"] as const;

interface Value {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** One of the three operators over constants and a picture; all but the picture are constants. */
async function run(
  code: (typeof CODES)[number],
  inputs: readonly Value[],
  output: readonly number[],
  options: object,
  version = 2,
): Promise<Float32Array> {
  const constants = inputs.filter((input) => input.shape.length !== 4);
  const picture = inputs.find((input) => input.shape.length === 4) ?? { shape: [1, 1, 1, 1], data: [0] };
  const places = inputs.map((input) => (input === picture ? 0 : constants.indexOf(input) + 2));
  const spec: ModelSpec = {
    tensors: [
      { shape: picture.shape },
      { shape: output },
      ...constants.map(({ shape, data }) => ({ shape, data: floatBytes(data) })),
    ],
    operators: [
      { code, inputs: places, outputs: [1], version, customOptions: new Uint8Array(encode(options)) },
    ],
    inputs: [0],
    outputs: [1],
  };
  const onnx = importTflite(tfliteFile(spec), { name: "model", range: [0, 255], pixels: "float32" });
  const { tensor1 } = await runModel(onnx, Float32Array.from(picture.data), picture.shape);
  expect(tensor1?.dims).toEqual(output);
  return tensor1?.data ?? new Float32Array();
}

/** The matrix by its definition: angles, a box around the turned points, and four transformations in a row. */
function expectedMatrix(points: readonly (readonly number[])[], options: CropOptions): number[] {
  const at = (index: number): [number, number] => [points[index]?.[0] ?? 0, points[index]?.[1] ?? 0];
  const [left, right] = [at(options.left_rotation_idx), at(options.right_rotation_idx)];
  const angle = options.target_rotation_radians - Math.atan2(right[1] - left[1], right[0] - left[0]);
  const turn = ([x, y]: readonly [number, number], by: number): [number, number] => [
    x * Math.cos(by) - y * Math.sin(by),
    x * Math.sin(by) + y * Math.cos(by),
  ];
  const upright = options.subset_idxs.map((index) => turn(at(index), angle));
  const range = (axis: 0 | 1): [number, number] => {
    const values = upright.map((point) => point[axis]);
    return [Math.min(...values), Math.max(...values)];
  };
  const [[x0, x1], [y0, y1]] = [range(0), range(1)];
  const centre = turn([(x0 + x1) / 2, (y0 + y1) / 2], -angle);
  const scaleX = (options.scale_x * (x1 - x0)) / options.output_width;
  const scaleY = (options.scale_y * (y1 - y0)) / options.output_height;
  const [c, s] = [Math.cos(-angle), Math.sin(-angle)];
  const corner = [-options.output_width / 2, -options.output_height / 2] as const;
  const rows = [
    [c * scaleX, -s * scaleY],
    [s * scaleX, c * scaleY],
  ].map(([a = 0, b = 0], row) => [a, b, 0, (centre[row] ?? 0) + a * corner[0] + b * corner[1]]);
  return [...rows.flat(), 0, 0, 1, 0, 0, 0, 0, 1];
}

interface CropOptions {
  readonly left_rotation_idx: number;
  readonly right_rotation_idx: number;
  readonly output_width: number;
  readonly output_height: number;
  readonly scale_x: number;
  readonly scale_y: number;
  readonly target_rotation_radians: number;
  readonly subset_idxs: readonly number[];
}

describe("landmarks to a matrix", () => {
  // Of two points that all but coincide, rounding alone says where the second lies.
  const coordinate = fc.integer({ min: -50 * 64, max: 250 * 64 }).map((value) => value / 64);
  const points = fc.array(fc.tuple(coordinate, coordinate, coordinate), { minLength: 2, maxLength: 9 });
  const cases = points.chain((list) => {
    const index = fc.nat(list.length - 1);
    const options = fc.record({
      left_rotation_idx: index,
      right_rotation_idx: index,
      output_width: fc.integer({ min: 1, max: 20 }),
      output_height: fc.integer({ min: 1, max: 300 }),
      scale_x: fc.constantFrom(1.5, 2, 0.25),
      scale_y: fc.constantFrom(1.5, 1),
      target_rotation_radians: fc.constantFrom(0, 0.5, -2),
      subset_idxs: fc.array(index, { minLength: 1, maxLength: 40 }),
    });
    return fc.tuple(fc.constant(list), options);
  });

  it("makes the matrix that the definition with angles makes, for points that coincide too", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ([list, options]) => {
        const landmarks = { shape: [1, list.length, 3], data: list.flat() };
        const matrix = await run("Landmarks2TransformMatrix", [landmarks], [1, 4, 4], options);
        expect(largestDifference(matrix, expectedMatrix(list, options))).toBeLessThan(2e-3);
      }),
      { numRuns: 40 },
    );
  });
});

/** The two rows of a matrix that move x and y. */
const rows = (a: number, b: number, x: number, c: number, d: number, y: number): Value => ({
  shape: [1, 4, 4],
  data: [a, b, 0, x, c, d, 0, y, 0, 0, 1, 0, 0, 0, 0, 1],
});

describe("a crop by a matrix", () => {
  const picture = {
    shape: [1, 4, 5, 2],
    data: Array.from({ length: 40 }, (_, index) => 10 * Math.sin(index * 2.3)),
  };
  const crop = (matrix: Value): Promise<Float32Array> =>
    run("TransformTensorBilinear", [picture, matrix], [1, 3, 2, 2], { output_width: 2, output_height: 3 });

  it("is the picture's corner under the identity", async () => {
    const answer = await crop(rows(1, 0, 0, 0, 1, 0));
    const expected = [0, 1, 2].flatMap((row) => picture.data.slice(row * 10, row * 10 + 4));
    expect(largestDifference(answer, expected)).toBeLessThan(1e-5);
  });

  it("lies between four pixels, and is nothing outside the centres of the outermost ones", async () => {
    const factor = fc.double({ min: -2, max: 2, noNaN: true }).map(Math.fround);
    const shift = fc.double({ min: -3, max: 6, noNaN: true }).map(Math.fround);
    await fc.assert(
      fc.asyncProperty(fc.tuple(factor, factor, shift, factor, factor, shift), async ([a, b, x, c, d, y]) => {
        const answer = await crop(rows(a, b, x, c, d, y));
        for (let place = 0; place < 6; place++) {
          const [u, v] = [(place % 2) + 0.5, Math.floor(place / 2) + 0.5];
          const [px, py] = [a * u + b * v + x - 0.5, c * u + d * v + y - 0.5];
          // A place on the very edge falls to either side by rounding.
          if ([px, px - 4, py, py - 3].some((distance) => Math.abs(distance) < 1e-5)) continue;
          for (const channel of [0, 1]) {
            const difference = Math.abs(
              (answer[place * 2 + channel] ?? Number.NaN) - sample(px, py, channel),
            );
            expect(difference).toBeLessThan(1e-4);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  function sample(x: number, y: number, channel: number): number {
    if (x < 0 || x > 4 || y < 0 || y > 3) return 0;
    const [x0, y0] = [Math.floor(x), Math.floor(y)];
    const at = (row: number, column: number): number => picture.data[(row * 5 + column) * 2 + channel] ?? 0;
    const mix = (from: number, to: number, share: number): number => from + (to - from) * share;
    const right = Math.min(x0 + 1, 4);
    const below = Math.min(y0 + 1, 3);
    return mix(mix(at(y0, x0), at(y0, right), x - x0), mix(at(below, x0), at(below, right), x - x0), y - y0);
  }
});

it("moves landmarks by a matrix", async () => {
  const landmarks = { shape: [1, 2, 2], data: [3, 5, -1, 0.5] };
  const answer = await run("TransformLandmarks", [landmarks, rows(2, 1, 10, 0, -3, 4)], [1, 2, 2], {});
  expect([...answer]).toEqual([21, -11, 8.5, 2.5]);
});

describe("operators whose options make no sense", () => {
  const landmarks = { shape: [1, 2, 3], data: [1, 2, 3, 4, 5, 6] };
  const options: CropOptions = {
    left_rotation_idx: 0,
    right_rotation_idx: 1,
    output_width: 16,
    output_height: 16,
    scale_x: 1.5,
    scale_y: 1.5,
    target_rotation_radians: 0,
    subset_idxs: [0, 1],
  };
  const { scale_x: _scale, ...withoutScale } = options;

  it.each<[string, object, RegExp]>([
    [
      "a point that is not there",
      { ...options, subset_idxs: [0, 2] },
      /name points that are not among the 2/,
    ],
    ["no points", { ...options, subset_idxs: [] }, /points|subset_idxs/],
    ["a missing option", withoutScale, /its option scale_x is missing/],
    ["a text for a number", { ...options, scale_x: "much" }, /its option scale_x is missing/],
    ["a list for a number", { ...options, scale_x: [1, 2] }, /its option scale_x is no number/],
    ["a number for a list", { ...options, subset_idxs: 1 }, /its option subset_idxs is no list/],
    ["no map", [1, 2, 3], /its options are damaged/],
  ])("refuses %s", async (_, wrong, message) => {
    const error = await errorOf(() => run("Landmarks2TransformMatrix", [landmarks], [1, 4, 4], wrong));
    expect(error).toMatchObject({ code: "MODEL_UNREADABLE", message: expect.stringMatching(message) });
  });

  it.each(CODES)("refuses version 1 of %s", async (code) => {
    const inputs = code === "Landmarks2TransformMatrix" ? [landmarks] : [landmarks, rows(1, 0, 0, 0, 1, 0)];
    const error = await errorOf(() => run(code, inputs, [1, 4, 4], options, 1));
    expect(error).toMatchObject({
      message: expect.stringMatching(/expected version 2 of the operator, got 1/),
    });
  });
});
