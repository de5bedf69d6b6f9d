import type { RegionRule, SsdStage, TfliteNetwork } from "../../contracts/manifest.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import type { FindClock } from "../find-clock.ts";
import type { FindOptions } from "../finder.ts";
import type { RgbPixels } from "../sampling/letterbox.ts";
import { regionOf } from "../sampling/region.ts";
import { createSsdFinder } from "../ssd/ssd-finder.ts";
import { type DistanceLooks, lookFromDistances, type Seen } from "./look-from-distances.ts";
import type { FirstFind } from "./region-look.ts";
import { createRegionNetwork } from "./region-network.ts";
import { type StageThresholds, stageThresholds } from "./stage-thresholds.ts";

/** What the manifests of pipelines of two stages have in common. */
interface StagesManifest {
  readonly detector: SsdStage;
  readonly region: RegionRule;
  readonly landmarks: TfliteNetwork;
  readonly presence: number;
}

/** A detector, then a network that looks at the region around each of its finds. */
export interface Stages {
  /** The pipeline's own threshold: the product of the stages'. */
  readonly threshold: number;
  thresholdsAt(confidence: number): StageThresholds;
  /** The first stage's finds above `options.confidence`, each with where the second shall look. */
  findFirst(picture: RgbPixels, options: FindOptions, clock: FindClock): Promise<FirstFind[]>;
  /** What the second stage sees of the finds, less those that only tiles show and that do not hold. */
  lookCloser<Rule, Result>(
    picture: RgbPixels,
    finds: readonly FirstFind[],
    looks: DistanceLooks<Rule, Result>,
  ): Promise<Seen<Result>[]>;
}

/**
 * @param name shown in errors
 * @param secondLooks whether what only tiles show is looked at again: see ssd-finder.ts
 */
export async function openStages(
  name: string,
  { detector, region, landmarks, presence }: StagesManifest,
  runtime: DetectionRuntime,
  secondLooks = true,
): Promise<Stages> {
  const finder = await createSsdFinder(name, detector, runtime, secondLooks);
  const network = await createRegionNetwork(name, landmarks, runtime);
  const own = { detector: detector.decoder.threshold, presence };
  return {
    threshold: own.detector * own.presence,
    thresholdsAt: (confidence) => stageThresholds(own, confidence),
    async findFirst(picture, options, clock) {
      const candidates = await finder.find(picture, options, clock);
      return candidates.map((found) => ({
        score: found.score,
        region: regionOf(found, region),
        onlyInTiles: found.onlyInTiles ?? false,
      }));
    },
    lookCloser: (picture, finds, looks) => lookFromDistances({ network, presence }, picture, finds, looks),
  };
}
