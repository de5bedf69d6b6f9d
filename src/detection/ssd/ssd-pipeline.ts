import type { Point } from "../../contracts/detection.ts";
import type { DetectorManifest, SsdPipeline } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { startFindClock } from "../find-clock.ts";
import type { Finder } from "../finder.ts";
import { rollDegrees } from "../sampling/region.ts";
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
        ({ box, score, keypoints }): Found => ({
          box,
          score,
          label: detects,
          keypoints: [...keypoints],
          ...rollOf(keypoints, pipeline.level),
        }),
      );
      return { detections, ms: clock.ms };
    },
  };
}

function rollOf(keypoints: readonly Point[], level: SsdPipeline["level"]): Pick<Found, "roll"> {
  const [from, to] = level?.map((place) => keypoints[place]) ?? [];
  return from === undefined || to === undefined ? {} : { roll: rollDegrees(from, to) };
}
