import type { PosePipeline } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import { describePatch } from "../../image/outline.ts";
import type { Size } from "../../image/raster.ts";
import { maskOfRegion } from "../masks/mask-to-picture.ts";
import type { Patch } from "../masks/place-mask.ts";
import { refinePoints } from "../sampling/refine-points.ts";
import { pointsInPicture } from "../sampling/region-points.ts";
import { sigmoid } from "../sigmoid.ts";
import { defineRegionLook, type FirstFind, type ReadOutput } from "../stages/region-look.ts";

/** Points of a person; the network gives six more, which only serve to follow people from frame to frame. */
const POINTS = 33;
const ALL_POINTS = 39;
/** Of each point: x, y, depth, visibility, presence. */
const VALUES = 5;
const HEAT_MAP_SIDE = 64;

export type Pose = Omit<Found, "label" | "score"> & { readonly score: number; readonly segmentation: Patch };

interface PoseRule {
  readonly pipeline: PosePipeline;
  readonly least: { readonly presence: number; readonly score: number };
}

/** The person around a first find. Null where the second network sees nobody, or nobody within the picture. */
export const poseLook = defineRegionLook(
  import.meta.url,
  "poseLook",
  (
    output,
    { find, rule: { pipeline, least }, picture }: { find: FirstFind; rule: PoseRule; picture: Size },
  ): Pose | null => {
    const { landmarks, outputs } = pipeline;
    const { input } = landmarks;
    const presence = output(outputs.presence, 1)[0] as number;
    const score = find.score * presence;
    if (!(presence > least.presence && score > least.score)) return null;
    const mask = output(outputs.mask, input.width * input.width);
    const segmentation = maskOfRegion({ ...input, data: mask, raw: true }, find.region, picture);
    const described = segmentation === null ? null : describePatch(segmentation);
    if (segmentation === null || described === null) return null;
    const { x0, y0, x1, y1 } = described.box;
    return {
      box: [x0, y0, x1, y1],
      score,
      ...pointsOf(output, find, pipeline),
      polygon: described.polygon,
      // Not of the landmarks: those that the picture does not show are guesses, often beyond it.
      hull: { kind: "hull", points: described.polygon },
      roll: (find.region.angle * 180) / Math.PI,
      stages: { detector: find.score, presence },
      segmentation,
    };
  },
  (pose) => (pose === null ? [] : [pose.segmentation.data.buffer as ArrayBuffer]),
);

function pointsOf(
  output: ReadOutput,
  { region }: FirstFind,
  { landmarks: { input }, outputs }: PosePipeline,
): Pick<Found, "landmarks" | "visibility"> {
  const raw = output(outputs.landmarks, VALUES * ALL_POINTS);
  const maps = output(outputs.heatMaps, HEAT_MAP_SIDE * HEAT_MAP_SIDE * ALL_POINTS);
  const layout = { side: HEAT_MAP_SIDE, count: ALL_POINTS, data: maps };
  const refined = refinePoints(raw, VALUES, input.width, layout);
  return {
    landmarks: pointsInPicture(refined, { count: POINTS, stride: VALUES, inputSize: input.width }, region),
    visibility: Array.from({ length: POINTS }, (_, point) => sigmoid(raw[point * VALUES + 3] as number)),
  };
}
