import type { DetectorManifest, PosePipeline } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import { describePatch } from "../../image/outline.ts";
import type { Size } from "../../image/raster.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { startFindClock } from "../find-clock.ts";
import type { Finder } from "../finder.ts";
import { maskOfRegion } from "../masks/mask-to-picture.ts";
import { distinctPatches } from "../masks/patch-overlap.ts";
import type { Patch } from "../masks/place-mask.ts";
import { refinePoints } from "../sampling/refine-points.ts";
import { pointsInPicture } from "../sampling/region-points.ts";
import { sigmoid } from "../sigmoid.ts";
import { openStages } from "../stages/open-stages.ts";
import type { FirstFind, ReadOutput } from "../stages/region-network.ts";

/** Points of a person; the network gives six more, which only serve to follow people from frame to frame. */
const POINTS = 33;
const ALL_POINTS = 39;
/** Of each point: x, y, depth, visibility, presence. */
const VALUES = 5;
const HEAT_MAP_SIDE = 64;
/** Masks that overlap more than this are of one person, found twice. */
const SAME_PERSON_OVERLAP = 0.7;

/** People, then 33 points and a mask within the region around each: MediaPipe's pose, for any number of people. */
export async function createPosePipeline(
  { id, detects }: Pick<DetectorManifest, "id" | "detects">,
  pipeline: PosePipeline,
  runtime: DetectionRuntime,
): Promise<Finder> {
  const stages = await openStages(id, pipeline, runtime);
  return {
    threshold: stages.threshold,
    async find(picture, options) {
      const clock = startFindClock();
      const least = stages.thresholdsAt(options.confidence);
      const people = await stages.findFirst(picture, { ...options, confidence: least.detector }, clock);
      const poses = await stages.network.look(picture, people, {
        clock,
        signal: options.signal,
        read: (output, find) =>
          poseOf(output, find, pipeline, { ...least, score: options.confidence }, picture),
      });
      const detections = clock.time("postprocess", () =>
        distinctPatches(inOrder(poses), SAME_PERSON_OVERLAP).map(
          (pose): Found => ({ ...pose, label: detects }),
        ),
      );
      return { detections, ms: clock.ms };
    },
  };
}

type Pose = Omit<Found, "label" | "score"> & { readonly score: number; readonly segmentation: Patch };

/** Null where the second network sees nobody, or nobody within the picture. */
function poseOf(
  output: ReadOutput,
  find: FirstFind,
  { landmarks: { input }, outputs }: PosePipeline,
  least: { readonly presence: number; readonly score: number },
  picture: Size,
): Pose | null {
  const presence = output(outputs.presence, 1)[0] as number;
  const score = find.score * presence;
  if (!(presence > least.presence && score > least.score)) return null;
  const mask = output(outputs.mask, input.width * input.width);
  const segmentation = maskOfRegion({ ...input, data: mask, raw: true }, find.region, picture);
  const described = segmentation === null ? null : describePatch(segmentation);
  if (segmentation === null || described === null) return null;
  const raw = output(outputs.landmarks, VALUES * ALL_POINTS);
  const maps = output(outputs.heatMaps, HEAT_MAP_SIDE * HEAT_MAP_SIDE * ALL_POINTS);
  const refined = refinePoints(raw, VALUES, input.width, {
    side: HEAT_MAP_SIDE,
    count: ALL_POINTS,
    data: maps,
  });
  const layout = { count: POINTS, stride: VALUES, inputSize: input.width };
  const { x0, y0, x1, y1 } = described.box;
  return {
    box: [x0, y0, x1, y1],
    score,
    landmarks: pointsInPicture(refined, layout, find.region),
    visibility: Array.from({ length: POINTS }, (_, point) => sigmoid(raw[point * VALUES + 3] as number)),
    polygon: described.polygon,
    // Not of the landmarks: those that the picture does not show are guesses, often beyond it.
    hull: { kind: "hull", points: described.polygon },
    roll: (find.region.angle * 180) / Math.PI,
    stages: { detector: find.score, presence },
    segmentation,
  };
}

function inOrder(poses: readonly (Pose | null)[]): Pose[] {
  return poses.filter((pose) => pose !== null).sort((a, b) => b.score - a.score);
}
