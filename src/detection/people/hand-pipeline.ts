import type { DetectorManifest, HandPipeline } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { startFindClock } from "../find-clock.ts";
import type { Finder } from "../finder.ts";
import { boxAround, pointsInPicture } from "../sampling/region-points.ts";
import { distinctRegions } from "../stages/distinct-regions.ts";
import { openStages } from "../stages/open-stages.ts";
import type { FirstFind, ReadOutput } from "../stages/region-network.ts";

const POINTS = 21;
/** MediaPipe divides the depths by this, to account for those of the training data (hand_landmark graph). */
const DEPTH_SCALE = 0.4;
/** Regions that overlap more than this are of one hand (MediaPipe's hand_landmark_tracking graph). */
const SAME_HAND_OVERLAP = 0.5;

/** Palms, then 21 points within the region around each: MediaPipe's hands. */
export async function createHandPipeline(
  { id, detects }: Pick<DetectorManifest, "id" | "detects">,
  pipeline: HandPipeline,
  runtime: DetectionRuntime,
): Promise<Finder> {
  const stages = await openStages(id, pipeline, runtime, false);
  return {
    threshold: stages.threshold,
    async find(picture, options) {
      const clock = startFindClock();
      const least = stages.thresholdsAt(options.confidence);
      const palms = await stages.findFirst(picture, { ...options, confidence: least.detector }, clock);
      const hands = await stages.network.look(picture, distinctRegions(palms, SAME_HAND_OVERLAP), {
        clock,
        signal: options.signal,
        read: (output, find) => handOf(output, find, pipeline),
      });
      const detections = hands
        .filter(({ score, stages }) => stages.presence > least.presence && score > options.confidence)
        .sort((a, b) => b.score - a.score)
        .map((hand): Found => ({ ...hand, label: detects }));
      return { detections, ms: clock.ms };
    },
  };
}

function handOf(output: ReadOutput, find: FirstFind, { landmarks: { input }, outputs }: HandPipeline) {
  const presence = output(outputs.presence, 1)[0] as number;
  // MediaPipe calls this "left", since it takes pictures for mirrored ones.
  const right = (output(outputs.handedness, 1)[0] as number) > 0.5;
  const landmarks = pointsInPicture(
    output(outputs.landmarks, 3 * POINTS),
    { count: POINTS, stride: 3, inputSize: input.width, depthScale: DEPTH_SCALE },
    find.region,
  );
  return {
    box: boxAround(landmarks),
    score: find.score * presence,
    landmarks,
    handedness: right ? ("right" as const) : ("left" as const),
    roll: (find.region.angle * 180) / Math.PI,
    stages: { detector: find.score, presence },
  };
}
