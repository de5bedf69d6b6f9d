import type { Box } from "../../contracts/detection.ts";
import type { DetectorManifest, YoloPipeline } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import { outlineOf } from "../../image/outline.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { startFindClock } from "../find-clock.ts";
import type { Finder } from "../finder.ts";
import type { InputSize } from "../sampling/letterbox.ts";
import { readPrototypeMask } from "./prototype-mask.ts";
import { readYoloBoxes, type YoloBox } from "./yolo-boxes.ts";
import type { YoloFacts } from "./yolo-facts.ts";
import { fitYoloLetterbox, sampleYoloLetterbox, type YoloLetterbox } from "./yolo-letterbox.ts";
import { loadYoloNetwork, type YoloAnswer } from "./yolo-network.ts";

/** The original's default. */
const THRESHOLD = 0.25;

/** Boxes of a YOLOv8 or YOLO11 network, clamped to the picture, and masks where it segments. */
export async function createYoloPipeline(
  { id, detects }: Pick<DetectorManifest, "id" | "detects">,
  pipeline: YoloPipeline,
  runtime: DetectionRuntime,
): Promise<Finder> {
  const network = await loadYoloNetwork(id, detects, pipeline, runtime);
  const { facts } = network;
  return {
    threshold: THRESHOLD,
    async find(picture, { confidence, signal }) {
      const clock = startFindClock();
      const letterbox = fitYoloLetterbox(picture, facts);
      const samples = clock.time("preprocess", () => sampleYoloLetterbox(picture, letterbox));
      const answer = await clock.timeAsync("inference", () => network.run(samples, letterbox, signal));
      const detections = clock.time("postprocess", () =>
        readFinds(answer, facts, confidence, picture, letterbox),
      );
      return { detections, ms: clock.ms };
    },
  };
}

function readFinds(
  answer: YoloAnswer,
  { labels }: YoloFacts,
  confidence: number,
  picture: InputSize,
  letterbox: YoloLetterbox,
): Found[] {
  const finds: Found[] = [];
  for (const found of readYoloBoxes(answer.values, answer.columns, labels.length, confidence)) {
    const box = toPicture(found.box, picture, letterbox);
    // A box that lay in the border alone.
    if (!(box[0] < box[2] && box[1] < box[3])) continue;
    const label = labels[found.classIndex] ?? "";
    const mask = maskOf(found, box, answer, labels.length, picture, letterbox);
    finds.push({ box, score: found.score, label, ...mask });
  }
  return finds;
}

/** From pixels of the network's input to pixels of the picture. */
function toPicture(
  [x0, y0, x1, y1]: Box,
  { width, height }: InputSize,
  { left, top, innerWidth, innerHeight }: YoloLetterbox,
): Box {
  const across = (x: number): number => Math.max(0, Math.min(width, ((x - left) * width) / innerWidth));
  const down = (y: number): number => Math.max(0, Math.min(height, ((y - top) * height) / innerHeight));
  return [across(x0), down(y0), across(x1), down(y1)];
}

function maskOf(
  { column }: YoloBox,
  box: Box,
  { values, columns, prototypes }: YoloAnswer,
  classes: number,
  picture: InputSize,
  letterbox: YoloLetterbox,
): Pick<Found, "segmentation" | "polygon"> {
  if (prototypes === null) return {};
  const coefficients = Float32Array.from(
    { length: prototypes.channels },
    (_, channel) => values[(4 + classes + channel) * columns + column] as number,
  );
  const segmentation = readPrototypeMask(prototypes, coefficients, box, picture, letterbox);
  const polygon = outlineOf(segmentation);
  return polygon.length < 3 ? { segmentation } : { segmentation, polygon };
}
