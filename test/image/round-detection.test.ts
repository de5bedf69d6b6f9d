import fc from "fast-check";
import { expect, it } from "vitest";
import { Detection } from "../../src/contracts/detection.ts";
import { roundDetection } from "../../src/image/round-detection.ts";

const pixels = fc.double({ min: -20_000, max: 20_000, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const point = fc.tuple(pixels, pixels);
const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const detections = fc
  .record({
    box: fc.tuple(pixels, pixels, pixels, pixels),
    score: fc.option(share),
    label: fc.string(),
    keypoints: optional(fc.array(point)),
    landmarks: optional(fc.array(fc.tuple(pixels, pixels, pixels))),
    polygon: optional(fc.array(point)),
    polygons: optional(fc.array(fc.array(point))),
    visibility: optional(fc.array(share)),
    handedness: optional(fc.constantFrom("left" as const, "right" as const)),
    roll: optional(fc.double({ min: -180, max: 180, noNaN: true })),
    stages: optional(fc.record({ detector: share, presence: share })),
  })
  .map((fields) => JSON.parse(JSON.stringify(fields)) as Detection);

const numbersOf = (value: unknown): number[] =>
  typeof value === "number"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(numbersOf)
      : [];

it("keeps every field, moves nothing by more than half a thousandth, and is what comes back from JSON", () => {
  fc.assert(
    fc.property(detections, (detection) => {
      const rounded = roundDetection(detection);
      expect(Object.keys(rounded).sort()).toEqual(Object.keys(detection).sort());
      expect(JSON.parse(JSON.stringify(rounded))).toEqual(rounded);
      expect(Detection.parse(rounded)).toEqual(rounded);
      const [before, after] = [numbersOf(detection), numbersOf(rounded)];
      for (const [at, value] of after.entries()) {
        expect(Math.abs(value - (before[at] ?? Number.NaN))).toBeLessThanOrEqual(0.000501);
        expect(String(value)).toMatch(/^-?\d+(\.\d{1,5})?$|e-/);
      }
    }),
    { numRuns: 200 },
  );
});

it("leaves three decimals of pixels and five of scores", () => {
  expect(
    roundDetection({
      box: [1.23456, -0.0001, 3.0005, 4],
      score: 0.876543219,
      label: "face",
      landmarks: [[10.00049, 20.9999, -7.65432]],
      roll: -12.34567,
      stages: { detector: 0.912345678, presence: 0.999999 },
    }),
  ).toEqual({
    box: [1.235, 0, 3.001, 4],
    score: 0.87654,
    label: "face",
    landmarks: [[10, 21, -7.654]],
    roll: -12.346,
    stages: { detector: 0.91235, presence: 1 },
  });
});
