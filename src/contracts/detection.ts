import { z } from "zod";
import { ArtifactUUID } from "./ids.ts";

/** Half-open box [x0, y0, x1, y1) in pixels of the upright image; x to the right, y down; may be fractional. */
export const Box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
export type Box = z.output<typeof Box>;

export const Point = z.tuple([z.number(), z.number()]);
export type Point = z.output<typeof Point>;

export const Point3 = z.tuple([z.number(), z.number(), z.number()]);
export type Point3 = z.output<typeof Point3>;

/** One thing found in an image. `score` is null where a remote API gives none. Ours are rounded by roundDetection. */
export const Detection = z.object({
  box: Box,
  score: z.number().nullable(),
  label: z.string(),
  keypoints: z.array(Point).optional(),
  landmarks: z.array(Point3).optional(),
  /** The outline, where it is in one piece. */
  polygon: z.array(Point).optional(),
  /** The outlines of its pieces, where it is in several, such as two eyes. */
  polygons: z.array(z.array(Point)).optional(),
  /** How likely each landmark is to be seen, neither hidden nor beyond the picture; 0–1, in the landmarks' order. */
  visibility: z.array(z.number()).optional(),
  /** Which of a person's hands it is, where the picture is not mirrored. */
  handedness: z.enum(["left", "right"]).optional(),
  /** Degrees in (−180, 180] by which it is turned clockwise, as seen; 0 = upright. */
  roll: z.number().optional(),
  /** What `score` is the product of, where a first network finds and a second one looks closer; each 0–1. */
  stages: z.object({ detector: z.number(), presence: z.number() }).optional(),
  /** Its own mask, where a step asks for one mask per detection. */
  maskImage: ArtifactUUID.optional(),
});
export type Detection = z.output<typeof Detection>;

/** Milliseconds spent in each part of one detection. */
export const DetectionMs = z.object({
  decode: z.number(),
  preprocess: z.number(),
  inference: z.number(),
  postprocess: z.number(),
});
export type DetectionMs = z.output<typeof DetectionMs>;

/** One element of the array that `maskloom detect --json` prints. */
export const DetectResult = z.object({
  file: z.string(),
  width: z.int().positive(),
  height: z.int().positive(),
  model: z.string(),
  detections: z.array(Detection),
  ms: DetectionMs,
});
export type DetectResult = z.output<typeof DetectResult>;
