import type { DetectorManifest, HandPipeline } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { startFindClock } from "../find-clock.ts";
import type { Finder } from "../finder.ts";
import { distinctRegions } from "../stages/distinct-regions.ts";
import { openStages } from "../stages/open-stages.ts";
import { handLook } from "./hand-look.ts";

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
        look: handLook,
        rule: pipeline,
      });
      const detections = hands
        .filter(({ score, stages }) => stages.presence > least.presence && score > options.confidence)
        .sort((a, b) => b.score - a.score)
        .map((hand): Found => ({ ...hand, label: detects }));
      return { detections, ms: clock.ms };
    },
  };
}
