import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Point } from "../../../src/contracts/detection.ts";
import type { RegionRule } from "../../../src/contracts/manifest.ts";
import {
  angleOf,
  fromRegion,
  type Region,
  regionOf,
  toRegion,
} from "../../../src/detection/sampling/region.ts";
import type { Candidate } from "../../../src/detection/ssd/candidate.ts";

const FACE: RegionRule = { along: [0, 1], degrees: 0, around: "box", shift: [0, 0], scale: 1.5 };
const PALM: RegionRule = { along: [0, 1], degrees: 90, around: "box", shift: [0, -0.5], scale: 2.6 };
const POSE: RegionRule = { along: [0, 1], degrees: 90, around: "circle", shift: [0, 0], scale: 1.25 };

const coordinate = fc.double({ min: -500, max: 500, noNaN: true });
const point = fc.tuple(coordinate, coordinate);
const length = fc.double({ min: 1, max: 300, noNaN: true });
const shape = fc.record({
  box: fc.tuple(coordinate, coordinate, length, length).map(([x, y, w, h]) => [x, y, x + w, y + h] as const),
  from: point,
  to: point,
});
/** Two keypoints and a box, far enough apart that a direction can be told. */
const found = shape
  .filter(({ from, to }) => Math.hypot(to[0] - from[0], to[1] - from[1]) > 1)
  .map(({ box, from, to }) => ({ box: [...box] as Candidate["box"], keypoints: [from, to] }));
const rule = fc.constantFrom(FACE, PALM, POSE);

const turn = ([x, y]: Point, angle: number): Point => [
  x * Math.cos(angle) - y * Math.sin(angle),
  x * Math.sin(angle) + y * Math.cos(angle),
];
const apart = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
/** Of two angles that may differ by whole turns. */
const between = (a: number, b: number): number => Math.abs(Math.atan2(Math.sin(a - b), Math.cos(a - b)));

function expectSame(region: Region, expected: Region): void {
  expect(apart(region.centre, expected.centre)).toBeLessThan(1e-6);
  expect(Math.abs(region.side - expected.side)).toBeLessThan(1e-6);
  expect(between(region.angle, expected.angle)).toBeLessThan(1e-6);
}

describe("regionOf", () => {
  it("is the square around the longer side of an upright face, half as large again", () => {
    const face: Pick<Candidate, "box" | "keypoints"> = {
      box: [100, 200, 140, 260],
      keypoints: [
        [110, 220],
        [130, 220],
      ],
    };
    expectSame(regionOf(face, FACE), { centre: [120, 230], side: 90, angle: 0 });
  });

  it("moves a palm towards its fingers by half of its height before it becomes square", () => {
    const palm: Pick<Candidate, "box" | "keypoints"> = {
      box: [0, 0, 100, 40],
      keypoints: [
        [50, 30],
        [50, 10],
      ],
    };
    expectSame(regionOf(palm, PALM), { centre: [50, 0], side: 260, angle: 0 });
    const sideways: Pick<Candidate, "box" | "keypoints"> = {
      ...palm,
      keypoints: [
        [30, 20],
        [70, 20],
      ],
    };
    expectSame(regionOf(sideways, PALM), { centre: [70, 20], side: 260, angle: Math.PI / 2 });
  });

  it("is the square around a person's circle, whatever the box says", () => {
    const person: Pick<Candidate, "box" | "keypoints"> = {
      box: [1, 2, 3, 4],
      keypoints: [
        [200, 300],
        [200, 100],
      ],
    };
    expectSame(regionOf(person, POSE), { centre: [200, 300], side: 500, angle: 0 });
  });

  it("moves with the picture and grows with it", () => {
    fc.assert(
      fc.property(
        found,
        rule,
        point,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (face, how, by, scale) => {
          const place = ([x, y]: Point): Point => [x * scale + by[0], y * scale + by[1]];
          const [x0, y0, x1, y1] = face.box;
          const moved = {
            box: [...place([x0, y0]), ...place([x1, y1])] as Candidate["box"],
            keypoints: face.keypoints.map(place),
          };
          const { centre, side, angle } = regionOf(face, how);
          expectSame(regionOf(moved, how), { centre: place(centre), side: side * scale, angle });
        },
      ),
    );
  });

  it("turns with a square find: what the network is shown stays the same", () => {
    fc.assert(
      fc.property(
        found,
        rule,
        length,
        fc.double({ min: -7, max: 7, noNaN: true }),
        (face, how, side, angle) => {
          // Boxes are upright, so only a square about its centre can be turned with the picture.
          const around = ([x, y]: Point): Candidate["box"] => [x - side, y - side, x + side, y + side];
          const centre = face.keypoints[0] as Point;
          const before = regionOf({ box: around(centre), keypoints: face.keypoints }, how);
          const turned = face.keypoints.map((p) => turn(p, angle));
          const after = regionOf({ box: around(turn(centre, angle)), keypoints: turned }, how);
          expectSame(after, {
            centre: turn(before.centre, angle),
            side: before.side,
            angle: before.angle + angle,
          });
        },
      ),
    );
  });

  it("lays the line between the two keypoints in the direction of the rule", () => {
    fc.assert(
      fc.property(found, rule, (face, how) => {
        const region = regionOf(face, how);
        const [from, to] = face.keypoints.map((p) => toRegion(region, p)) as [Point, Point];
        const direction = Math.atan2(-(to[1] - from[1]), to[0] - from[0]);
        expect(between(direction, (how.degrees * Math.PI) / 180)).toBeLessThan(1e-6);
      }),
    );
  });
});

describe("angleOf", () => {
  it("is within half a turn, clockwise as seen", () => {
    expect(angleOf([0, 0], [10, 0], 0)).toBe(0);
    expect(angleOf([0, 0], [10, 10], 0)).toBeCloseTo(Math.PI / 4, 12);
    expect(angleOf([0, 0], [10, -10], 0)).toBeCloseTo(-Math.PI / 4, 12);
    expect(angleOf([0, 0], [-10, 0], 0)).toBeCloseTo(Math.PI, 12);
    expect(angleOf([0, 0], [0, 10], 90)).toBeCloseTo(Math.PI, 12);
    fc.assert(
      fc.property(point, point, fc.constantFrom(0, 90, -90, 180), (from, to, degrees) => {
        const angle = angleOf(from, to, degrees);
        expect(angle).toBeGreaterThan(-Math.PI - 1e-12);
        expect(angle).toBeLessThanOrEqual(Math.PI + 1e-12);
      }),
    );
  });
});

describe("fromRegion and toRegion", () => {
  it("undo one another", () => {
    fc.assert(
      fc.property(
        point,
        length,
        fc.double({ min: -3, max: 3, noNaN: true }),
        point,
        (centre, side, angle, place) => {
          const region = { centre, side, angle };
          expect(apart(fromRegion(region, toRegion(region, place)), place)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it("put the corners of an upright region where they belong", () => {
    const region: Region = { centre: [10, 20], side: 4, angle: 0 };
    expect(fromRegion(region, [0, 0])).toEqual([8, 18]);
    expect(fromRegion(region, [1, 1])).toEqual([12, 22]);
    const [x, y] = fromRegion({ ...region, angle: Math.PI / 2 }, [0, 0]);
    expect([x, y].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([12, 18]);
  });
});
