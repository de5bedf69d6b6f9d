import type { Point } from "../../contracts/detection.ts";
import type { RegionRule } from "../../contracts/manifest.ts";
import type { Candidate } from "../ssd/candidate.ts";

/** A rotated square of a picture: what the second network of a model is shown. */
export interface Region {
  /** In pixels of the picture; may lie outside of it. */
  readonly centre: Point;
  /** Length of a side in pixels of the picture. */
  readonly side: number;
  /** Radians in (−π, π] by which the square is turned clockwise, as seen; 0 = upright. */
  readonly angle: number;
}

/**
 * The region of a first find, after MediaPipe's graphs (DetectionsToRects, AlignmentPointsRects, RectTransformation):
 * turned so that its keypoints lie as the rule says, shifted along its own axes by shares of the box as it was found,
 * then made square by the long side, then scaled.
 */
export function regionOf(found: Pick<Candidate, "box" | "keypoints">, rule: RegionRule): Region {
  const [from, to] = endsOf(found, rule);
  const angle = angleOf(from, to, rule.degrees);
  const [x0, y0, x1, y1] = rule.around === "box" ? found.box : boxAround(from, to);
  const [width, height] = [x1 - x0, y1 - y0];
  const [shiftX, shiftY] = rule.shift;
  const moved = rotate([width * shiftX, height * shiftY], angle);
  return {
    centre: [(x0 + x1) / 2 + moved[0], (y0 + y1) / 2 + moved[1]],
    side: Math.max(width, height) * rule.scale,
    angle,
  };
}

/** From a region's own coordinates, (0, 0) its top left and (1, 1) its bottom right corner, to pixels of the picture. */
export function fromRegion({ centre, side, angle }: Region, [u, v]: Point): Point {
  const [x, y] = rotate([(u - 0.5) * side, (v - 0.5) * side], angle);
  return [centre[0] + x, centre[1] + y];
}

/** From pixels of the picture to a region's own coordinates; undoes `fromRegion`. */
export function toRegion({ centre, side, angle }: Region, [x, y]: Point): Point {
  const [u, v] = rotate([x - centre[0], y - centre[1]], -angle);
  return [u / side + 0.5, v / side + 0.5];
}

/**
 * Radians in (−π, π] by which a picture's content is turned clockwise, as seen, where the line between two of its
 * points should point `degrees` counter-clockwise from "to the right".
 */
export function angleOf(from: Point, to: Point, degrees: number): number {
  const seen = Math.atan2(-(to[1] - from[1]), to[0] - from[0]);
  return normalizeAngle((degrees * Math.PI) / 180 - seen);
}

/** Degrees in (−180, 180] by which two points that should be level are turned clockwise, as seen. */
export function rollDegrees(from: Point, to: Point): number {
  return (angleOf(from, to, 0) * 180) / Math.PI;
}

function normalizeAngle(angle: number): number {
  const turn = 2 * Math.PI;
  return angle - turn * Math.ceil((angle - Math.PI) / turn);
}

function endsOf({ keypoints }: Pick<Candidate, "keypoints">, { along }: RegionRule): readonly [Point, Point] {
  return [keypoints[along[0]] as Point, keypoints[along[1]] as Point];
}

/** The square around a circle, given by its centre and a point of its edge. */
function boxAround([x, y]: Point, edge: Point): Candidate["box"] {
  const radius = Math.hypot(edge[0] - x, edge[1] - y);
  return [x - radius, y - radius, x + radius, y + radius];
}

/** Clockwise, as seen, with y downwards. */
function rotate([x, y]: Point, angle: number): Point {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [x * cos - y * sin, x * sin + y * cos];
}
