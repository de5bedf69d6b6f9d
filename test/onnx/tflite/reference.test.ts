import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import * as networks from "../../../models/mediapipe-networks.ts";
import { importTflite } from "../../../src/onnx/tflite/import-tflite.ts";
import { readWeightFile } from "../../../src/onnx/weight-file.ts";
import { runModel } from "../run-model.ts";

/** What LiteRT answered: test/fixtures/make-tflite-reference.py. */
const reference = z
  .record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        shape: z.array(z.number()),
        meanMagnitude: z.number(),
        samples: z.array(z.tuple([z.int(), z.number()])),
      }),
    ),
  )
  .parse(JSON.parse(readFileSync(new URL("../../fixtures/tflite-reference.json", import.meta.url), "utf8")));

it("has a reference for every network, and no other", () => {
  expect(Object.keys(reference).sort()).toEqual(Object.keys(networks).sort());
});

it.each(Object.entries(networks))("%s answers what LiteRT answers", async (name, { source, input }) => {
  const { width, height, range } = input;
  const onnx = importTflite(await readWeightFile(source), { name, range, pixels: "float32" });
  const outputs = await runModel(onnx, picture(width, height), [1, height, width, 3]);
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(reference[name] ?? {}).sort());
  for (const [output, { shape, meanMagnitude, samples }] of Object.entries(reference[name] ?? {})) {
    const tolerance = WIDER[`${name} ${output}`] ?? TOLERANCE;
    const { dims = [], data = new Float32Array() } = outputs[output] ?? {};
    expect(dims).toEqual(shape);
    const magnitude = data.reduce((sum, value) => sum + Math.abs(value), 0) / data.length;
    expect(Math.abs(magnitude - meanMagnitude)).toBeLessThan(tolerance);
    for (const [place, expected] of samples) {
      const difference = Math.abs((data[place] ?? Number.NaN) - expected);
      expect(difference, `${output} at ${place}`).toBeLessThan(tolerance);
    }
  }
});

/** Single precision, summed up in another order, on magnitudes of up to 600. */
const TOLERANCE = 5e-4;

/** Where LiteRT's own two sets of kernels differ by more: by 8e-4 at 381, and by 0.07 at 1768, a mask's raw values. */
const WIDER: Readonly<Record<string, number>> = {
  "poseDetection Identity": 1e-3,
  "poseLandmarkFull Identity_2": 0.05,
};

/** The picture of the script: a bust before a wall. */
function picture(width: number, height: number): Float32Array {
  return Float32Array.from({ length: width * height * 3 }, (_, index) => {
    const channel = index % 3;
    const x = Math.floor(index / 3) % width;
    const y = Math.floor(index / 3 / width);
    const u = Math.floor((1000 * x) / width);
    const v = Math.floor((1000 * y) / height);
    const slopes = (3 * x + 5 * y + Math.floor((x * y) / 32)) % 32;
    if ((u - 500) ** 2 * 16 + (v - 380) ** 2 * 9 < 360_000) return 210 - 40 * channel + slopes;
    if ((u - 500) ** 2 * 4 + (v - 1050) ** 2 * 9 < 1_000_000) return 60 + 50 * channel + slopes;
    return 120 + 10 * channel + slopes;
  });
}
