import type { SsdStage } from "../../contracts/manifest.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import type { FindClock } from "../find-clock.ts";
import type { FindOptions } from "../finder.ts";
import { loadNetwork } from "../network.ts";
import { type PicturePart, type RgbPixels, wholeOf } from "../sampling/letterbox.ts";
import { searchWithTiles } from "../tiling/tiled-search.ts";
import type { Candidate } from "./candidate.ts";
import { MERGE_OVERLAP } from "./ssd-decoder.ts";
import { ssdLook } from "./ssd-look.ts";
import { suppressWeighted } from "./weighted-suppression.ts";

/** Looks under way for each thread: the next one is at hand when one is done. */
const LOOKS_PER_THREAD = 2;

/** A single-shot detector: a model by itself, or the first stage of one. */
export interface SsdFinder {
  /** Candidates in pixels of the picture, in falling order of score. */
  find(picture: RgbPixels, options: FindOptions, clock: FindClock): Promise<Candidate[]>;
}

/**
 * @param name shown in errors
 * @param secondLooks false where a second network looks closer at each find and says whether it is there
 */
export async function createSsdFinder(
  name: string,
  { network: described, decoder }: SsdStage,
  runtime: DetectionRuntime,
  secondLooks = true,
): Promise<SsdFinder> {
  const network = await loadNetwork(name, described, runtime);
  const { pool } = runtime;
  return {
    async find(picture, { confidence, tiling = "off", signal }, clock) {
      const look = async (part: PicturePart, least: number): Promise<Candidate[]> => {
        const args = { name, network, decoder, picture, part, least };
        const { result, ms } = await pool.call(ssdLook, args, signal);
        clock.add(ms);
        return result;
      };
      const merge = (candidates: readonly Candidate[]) =>
        clock.time("postprocess", () => suppressWeighted(candidates, MERGE_OVERLAP));
      const atOnce = LOOKS_PER_THREAD * pool.threads;
      const searcher = { look, merge, threshold: decoder.threshold, atOnce, secondLooks };
      return await clock.timeRest("inference", () =>
        tiling === "off"
          ? look(wholeOf(picture), confidence)
          : searchWithTiles(picture, searcher, confidence, signal),
      );
    },
  };
}
