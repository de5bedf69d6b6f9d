import type { Point } from "../contracts/detection.ts";
import type { SsdStage } from "../contracts/manifest.ts";
import type { Candidate } from "./candidate.ts";
import type { DetectionRuntime } from "./detection-runtime.ts";
import type { FindClock } from "./find-clock.ts";
import type { FindOptions } from "./finder.ts";
import {
  fitLetterbox,
  type Letterbox,
  type PicturePart,
  type RgbPixels,
  sampleLetterbox,
  wholeOf,
} from "./letterbox.ts";
import { lookIntoTiles } from "./look-into-tiles.ts";
import { loadNetwork } from "./network.ts";
import { createSsdDecoder, MERGE_OVERLAP } from "./ssd-decoder.ts";
import { suppressWeighted } from "./weighted-suppression.ts";

/** A single-shot detector: a model by itself, or the first stage of one. */
export interface SsdFinder {
  /**
   * Candidates in pixels of the picture, in falling order of score. With `tiling: auto` the tiles of a large
   * picture are looked into as well; what only they show must score above the detector's own threshold, whatever
   * `confidence` says: below it tiles show faces in food and on skin.
   */
  find(picture: RgbPixels, options: FindOptions, clock: FindClock): Promise<Candidate[]>;
}

/** @param name shown in errors */
export async function createSsdFinder(
  name: string,
  { network, decoder }: SsdStage,
  runtime: DetectionRuntime,
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
      const lookAtWhole = () => look(wholeOf(picture), confidence);
      if (tiling === "off") return await clock.timeRest("inference", lookAtWhole);
      const lookAtTile = (tile: PicturePart) => look(tile, Math.max(confidence, decoder.threshold));
      const tiles = { look: lookAtTile, atOnce: 2 * runtime.pool.threads, signal };
      const [inWhole, inTiles] = await clock.timeRest("inference", () =>
        Promise.all([lookAtWhole(), lookIntoTiles(picture, tiles)]),
      );
      if (inTiles.length === 0) return inWhole;
      return clock.time("postprocess", () => suppressWeighted([...inWhole, ...inTiles], MERGE_OVERLAP));
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
