import type { SsdStage } from "../contracts/manifest.ts";
import type { DetectionRuntime } from "./detection-runtime.ts";
import type { FindClock } from "./find-clock.ts";
import type { RgbPixels } from "./letterbox.ts";
import { createSsdFinder } from "./ssd-finder.ts";

/** What scores less says nothing. */
const LEAST = 0.01;

/** Detectors that are asked whether there is anything at all, for a network that cannot tell. */
export interface Witnesses {
  /** The best score of the surest one, 0–1; those after the first that reaches its own threshold are not asked. */
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
      let surest = 0;
      for (const [at, finder] of finders.entries()) {
        const [best] = await finder.find(picture, { confidence: LEAST, signal }, clock);
        surest = Math.max(surest, best?.score ?? 0);
        if (surest > (stages[at]?.decoder.threshold ?? 1)) break;
      }
      return surest;
    },
  };
}
