import type { DetectorManifest, HandPipeline } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { startFindClock } from "../find-clock.ts";
import type { Finder } from "../finder.ts";
import { distinctRegions } from "../stages/distinct-regions.ts";
import { openStages } from "../stages/open-stages.ts";
import type { FirstFind } from "../stages/region-look.ts";
import { handLook } from "./hand-look.ts";

/** Regions that overlap more than this are of one hand (MediaPipe's hand_landmark_tracking graph). */
const SAME_HAND_OVERLAP = 0.5;

/** Regions in which a hand that only tiles show must be seen as well. */
const DISTANCES = [0.75, 1.35] as const;

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
      const hands = await stages.lookCloser(picture, worthALook(palms), {
        clock,
        signal: options.signal,
        look: handLook,
        rule: pipeline,
        distances: DISTANCES,
        presenceOf: ({ stages }) => stages.presence,
      });
      const distinct = distinctRegions(
        hands.map(({ find: { region }, result }) => ({ region, result })),
        SAME_HAND_OVERLAP,
      );
      const detections = distinct
        .map(({ result }) => result)
        .filter(({ score, stages }) => stages.presence > least.presence && score > options.confidence)
        .sort((a, b) => b.score - a.score)
        .map((hand): Found => ({ ...hand, label: detects }));
      return { detections, ms: clock.ms };
    },
  };
}

/**
 * One palm for each hand, as in the original; but of those that only tiles show all, since the best one need not hold
 * where the next one does.
 */
function worthALook(palms: readonly FirstFind[]): FirstFind[] {
  const inWhole = palms.filter(({ onlyInTiles }) => !onlyInTiles);
  const distinct = new Set(distinctRegions(inWhole, SAME_HAND_OVERLAP));
  return palms.filter((palm) => palm.onlyInTiles || distinct.has(palm));
}
