import type { SsdStage } from "../../contracts/manifest.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import type { FindClock } from "../find-clock.ts";
import type { RgbPixels } from "../sampling/letterbox.ts";
import { createSsdFinder } from "../ssd/ssd-finder.ts";

/** What scores less says nothing. */
const LEAST = 0.01;

/** Detectors that are asked whether there is anything at all, for a network that cannot tell. */
export interface Witnesses {
  /**
   * Best scores, 0–1: that of the first witness that reaches its own threshold; where none does, that of the least
   * sure one. Unsure ones must agree: a single one sees a face at 0.35 in a bowl of food.
   */
  ask(picture: RgbPixels, clock: FindClock, signal: AbortSignal | undefined): Promise<number>;
}

/** @param name shown in errors */
export async function createWitnesses(
  name: string,
  stages: readonly SsdStage[],
  runtime: DetectionRuntime,
): Promise<Witnesses> {
  const finders = await Promise.all(stages.map((stage) => createSsdFinder(name, stage, runtime)));
  return {
    async ask(picture, clock, signal) {
      let least = 1;
      for (const [at, finder] of finders.entries()) {
        const [best] = await finder.find(picture, { confidence: LEAST, signal }, clock);
        const score = best?.score ?? 0;
        if (score > (stages[at]?.decoder.threshold ?? 1)) return score;
        least = Math.min(least, score);
      }
      return least;
    },
  };
}
