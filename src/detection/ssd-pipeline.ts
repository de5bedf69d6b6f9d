import type { DetectorManifest, SsdPipeline } from "../contracts/manifest.ts";
import type { Found } from "../image/detection-shape.ts";
import type { DetectionRuntime } from "./detection-runtime.ts";
import { startFindClock } from "./find-clock.ts";
import type { Finder } from "./finder.ts";
import { createSsdFinder } from "./ssd-finder.ts";

/** Boxes and keypoints of a single-shot detector, as they are. */
export async function createSsdPipeline(
  { id, detects }: Pick<DetectorManifest, "id" | "detects">,
  pipeline: SsdPipeline,
  runtime: DetectionRuntime,
): Promise<Finder> {
  const finder = await createSsdFinder(id, pipeline, runtime);
  return {
    threshold: pipeline.decoder.threshold,
    async find(picture, options) {
      const clock = startFindClock();
      const candidates = await finder.find(picture, options, clock);
      const detections = candidates.map(
        ({ box, score, keypoints }): Found => ({ box, score, label: detects, keypoints: [...keypoints] }),
      );
      return { detections, ms: clock.ms };
    },
  };
}
