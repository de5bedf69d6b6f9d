import type { DetectorManifest, PosePipeline } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { startFindClock } from "../find-clock.ts";
import type { Finder } from "../finder.ts";
import { distinctPatches } from "../masks/patch-overlap.ts";
import { openStages } from "../stages/open-stages.ts";
import { type Pose, poseLook } from "./pose-look.ts";

/** Masks that overlap more than this are of one person, found twice. */
const SAME_PERSON_OVERLAP = 0.7;

/** Regions in which a person whom only tiles show must be seen as well. */
const DISTANCES = [0.75, 1.35] as const;

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
      const poses = await stages.lookCloser(picture, people, {
        clock,
        signal: options.signal,
        look: poseLook,
        rule: { pipeline, least: { presence: least.presence, score: options.confidence } },
        distances: DISTANCES,
        presenceOf: (pose) => pose?.stages?.presence ?? 0,
      });
      const detections = clock.time("postprocess", () =>
        distinctPatches(inOrder(poses.map(({ result }) => result)), SAME_PERSON_OVERLAP).map(
          (pose): Found => ({ ...pose, label: detects }),
        ),
      );
      return { detections, ms: clock.ms };
    },
  };
}

function inOrder(poses: readonly (Pose | null)[]): Pose[] {
  return poses.filter((pose) => pose !== null).sort((a, b) => b.score - a.score);
}
