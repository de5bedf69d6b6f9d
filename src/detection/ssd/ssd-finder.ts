import type { Point } from "../../contracts/detection.ts";
import type { SsdStage } from "../../contracts/manifest.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import type { FindClock } from "../find-clock.ts";
import type { FindOptions } from "../finder.ts";
import { loadNetwork } from "../network.ts";
import {
  fitLetterbox,
  type Letterbox,
  type PicturePart,
  type RgbPixels,
  sampleLetterbox,
  wholeOf,
} from "../sampling/letterbox.ts";
import { searchWithTiles } from "../tiling/tiled-search.ts";
import type { Candidate } from "./candidate.ts";
import { createSsdDecoder, MERGE_OVERLAP } from "./ssd-decoder.ts";
import { suppressWeighted } from "./weighted-suppression.ts";

/** Looks under way for each thread: one runs while the next is being sampled. */
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
  { network, decoder }: SsdStage,
  runtime: DetectionRuntime,
  secondLooks = true,
): Promise<SsdFinder> {
  const { input } = network;
  const decode = createSsdDecoder(name, decoder, input);
  const ready = await loadNetwork(name, network, runtime);
  return {
    async find(picture, { confidence, tiling = "off", signal }, clock) {
      const look = async (part: PicturePart, least: number): Promise<Candidate[]> => {
        const letterbox = fitLetterbox(part, input);
        const samples = clock.time("preprocess", () => sampleLetterbox(picture, input, letterbox, part));
        const outputs = await ready.run(samples, signal);
        return clock.time("postprocess", () =>
          decode(outputs, least).map((candidate) => toPicture(candidate, letterbox, part)),
        );
      };
      const merge = (candidates: readonly Candidate[]) =>
        clock.time("postprocess", () => suppressWeighted(candidates, MERGE_OVERLAP));
      const atOnce = LOOKS_PER_THREAD * runtime.pool.threads;
      const searcher = { look, merge, threshold: decoder.threshold, atOnce, secondLooks };
      return await clock.timeRest("inference", () =>
        tiling === "off"
          ? look(wholeOf(picture), confidence)
          : searchWithTiles(picture, searcher, confidence, signal),
      );
    },
  };
}

/** From pixels of the network's input, which shows a part of the picture, to pixels of the picture. */
function toPicture(
  candidate: Candidate,
  { scale, offsetX, offsetY }: Letterbox,
  part: PicturePart,
): Candidate {
  const point = ([x, y]: Point): Point => [x * scale - offsetX + part.x, y * scale - offsetY + part.y];
  const [x0, y0, x1, y1] = candidate.box;
  return {
    box: [...point([x0, y0]), ...point([x1, y1])],
    score: candidate.score,
    keypoints: candidate.keypoints.map(point),
  };
}
