import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Point3 } from "../../../src/contracts/detection.ts";
import { FaceFeature } from "../../../src/contracts/manifest.ts";
import { FACE_PARTS } from "../../../src/detection/face-mesh/face-points.ts";
import { faceKeypoints, faceRoll, faceShapes } from "../../../src/detection/face-mesh/face-shapes.ts";

const coordinate = fc.double({ min: -1000, max: 1000, noNaN: true });
const mesh = fc.array(fc.tuple(coordinate, coordinate, coordinate), { minLength: 468, maxLength: 468 });
const features = fc.uniqueArray(fc.constantFrom(...FaceFeature.options), { minLength: 1, maxLength: 3 });

describe("faceShapes", () => {
  it("puts every corner of every shape into the box, and something onto each of its sides", () => {
    fc.assert(
      fc.property(mesh, features, (points, chosen) => {
        const { box, hull, polygon, polygons } = faceShapes(points, chosen);
        const hulls = hull?.kind === "parts" ? hull.parts : [hull];
        const corners = hulls.flatMap((part) => (part?.kind === "hull" ? part.points : []));
        for (const [x, y] of [...corners, ...(polygons ?? [polygon ?? []]).flat()]) {
          expect(x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]).toBe(true);
        }
        expect(corners.some(([x]) => x === box[0]) && corners.some(([, y]) => y === box[3])).toBe(true);
        expect(hulls).toHaveLength(chosen.flatMap((feature) => FACE_PARTS[feature]).length);
      }),
      { numRuns: 30 },
    );
  });

  it("has one outline or several, never both", () => {
    const points = Array.from({ length: 468 }, (_, at): Point3 => [at % 30, Math.floor(at / 30), 0]);
    expect(faceShapes(points, ["lips"]).polygon).toHaveLength(20);
    expect(faceShapes(points, ["lips"]).polygons).toBeUndefined();
    expect(faceShapes(points, ["eyes", "lips"]).polygons?.map((outline) => outline.length)).toEqual([
      16, 16, 20,
    ]);
    expect(faceShapes(points, ["eyes", "lips"]).polygon).toBeUndefined();
  });
});

describe("faceRoll", () => {
  it("is the angle between the outer corners of the eyes, clockwise", () => {
    const points = Array.from({ length: 468 }, (): Point3 => [0, 0, 0]);
    points[33] = [10, 10, 0];
    for (const [corner, degrees] of [
      [[20, 10, 0], 0],
      [[20, 20, 0], 45],
      [[10, 0, 0], -90],
      [[0, 10, 0], 180],
    ] as const) {
      points[263] = [...corner];
      expect(faceRoll(points)).toBeCloseTo(degrees, 9);
    }
  });
});

describe("faceKeypoints", () => {
  it("are six, in the order of the face detectors, and move with the mesh", () => {
    fc.assert(
      fc.property(mesh, coordinate, coordinate, (points, dx, dy) => {
        const moved = points.map(([x, y, z]): Point3 => [x + dx, y + dy, z]);
        const before = faceKeypoints(points);
        expect(before).toHaveLength(6);
        expect(before[2]?.[0]).toBeCloseTo(points[4]?.[0] ?? Number.NaN, 9);
        expect(before[2]?.[1]).toBeCloseTo(points[4]?.[1] ?? Number.NaN, 9);
        for (const [at, [x, y]] of faceKeypoints(moved).entries()) {
          expect(x).toBeCloseTo((before[at]?.[0] ?? Number.NaN) + dx, 6);
          expect(y).toBeCloseTo((before[at]?.[1] ?? Number.NaN) + dy, 6);
        }
      }),
      { numRuns: 20 },
    );
  });
});
