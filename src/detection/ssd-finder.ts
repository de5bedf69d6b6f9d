import type { Point } from "../contracts/detection.ts";
import type { SsdStage } from "../contracts/manifest.ts";
import type { Candidate } from "./candidate.ts";
import type { DetectionRuntime } from "./detection-runtime.ts";
import type { FindClock } from "./find-clock.ts";
import type { FindOptions } from "./finder.ts";
import { fitLetterbox, type Letterbox, type RgbPixels, sampleLetterbox } from "./letterbox.ts";
import { loadNetwork } from "./network.ts";
import { createSsdDecoder } from "./ssd-decoder.ts";

/** A single-shot detector: a model by itself, or the first stage of one. */
export interface SsdFinder {
  /** Candidates in pixels of the picture, in falling order of score. */
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
    async find(picture, { confidence, signal }, clock) {
      const letterbox = fitLetterbox(picture, input);
      const samples = clock.time("preprocess", () => sampleLetterbox(picture, input, letterbox));
      const outputs = await clock.timeAsync("inference", () => ready.run(samples, signal));
      return clock.time("postprocess", () =>
        decode(outputs, confidence).map((candidate) => toPicture(candidate, letterbox)),
      );
    },
  };
}

/** From pixels of the network's input to pixels of the picture. */
function toPicture(candidate: Candidate, { scale, offsetX, offsetY }: Letterbox): Candidate {
  const point = ([x, y]: Point): Point => [x * scale - offsetX, y * scale - offsetY];
  const [x0, y0, x1, y1] = candidate.box;
  return {
    box: [...point([x0, y0]), ...point([x1, y1])],
    score: candidate.score,
    keypoints: candidate.keypoints.map(point),
  };
}
