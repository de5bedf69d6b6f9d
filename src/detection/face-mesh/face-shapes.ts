import type { Box, Point, Point3 } from "../../contracts/detection.ts";
import type { FaceFeature } from "../../contracts/manifest.ts";
import { convexHull } from "../../image/convex-hull.ts";
import type { Found } from "../../image/detection-shape.ts";
import type { Shape } from "../../image/mask-shape.ts";
import { rollDegrees } from "../sampling/region.ts";
import { EYE_CORNERS, FACE_KEYPOINTS, FACE_PARTS, type FacePart } from "./face-points.ts";

/** What the mesh says of a face's features: the box around them, their hulls, and the lines around them. */
export function faceShapes(
  mesh: readonly Point3[],
  features: readonly FaceFeature[],
): Pick<Found, "box" | "hull" | "segmentation" | "polygon" | "polygons"> {
  const parts = features.flatMap((feature) => FACE_PARTS[feature]);
  const hulls = parts.map((part) => pointsOf(mesh, part.points));
  const outlines = parts.map((part) => outlineOf(mesh, part));
  const [outline] = outlines;
  return {
    box: boxAround(hulls.flat()),
    hull: together(hulls.map((points) => ({ kind: "hull", points }))),
    segmentation: together(outlines.map((points) => ({ kind: "polygon", points }))),
    ...(outlines.length === 1 && outline !== undefined ? { polygon: outline } : { polygons: outlines }),
  };
}

/** The keypoints of the face detectors, which place them less exactly than the mesh does. */
export function faceKeypoints(mesh: readonly Point3[]): Point[] {
  return FACE_KEYPOINTS.map((places) => {
    const points = pointsOf(mesh, places);
    const mean = (axis: 0 | 1): number => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
    return [mean(0), mean(1)];
  });
}

/** Degrees in (−180, 180] by which the line between the outer corners of the eyes is turned clockwise, as seen. */
export function faceRoll(mesh: readonly Point3[]): number {
  const [right = [0, 0], left = [0, 0]] = pointsOf(mesh, EYE_CORNERS);
  return rollDegrees(right, left);
}

/** Hulls of several parts must not become one: what lies between two eyes is no eye. */
function together(shapes: readonly Shape[]): Shape {
  const [shape] = shapes;
  return shapes.length === 1 && shape !== undefined ? shape : { kind: "parts", parts: shapes };
}

function outlineOf(mesh: readonly Point3[], { points, outline }: FacePart): Point[] {
  return outline === undefined ? convexHull(pointsOf(mesh, points)) : pointsOf(mesh, outline);
}

function pointsOf(mesh: readonly Point3[], places: readonly number[] | undefined): Point[] {
  const chosen = places === undefined ? mesh : places.map((place) => mesh[place] as Point3);
  return chosen.map(([x, y]): Point => [x, y]);
}

function boxAround(points: readonly Point[]): Box {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
