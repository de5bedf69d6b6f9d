import type { Box, Point } from "../../contracts/detection.ts";
import type { SsdDecoder } from "../../contracts/manifest.ts";
import { MaskloomError } from "../../errors.ts";
import type { Tensors } from "../../onnx/tensor.ts";
import type { InputSize } from "../sampling/letterbox.ts";
import type { Candidate } from "./candidate.ts";
import { ssdAnchors } from "./ssd-anchors.ts";
import { suppressWeighted } from "./weighted-suppression.ts";

/** MediaPipe clips the raw score before the sigmoid. */
const SCORE_LIMIT = 100;
/** Boxes that overlap more than this are one detection (MediaPipe's graphs). */
export const MERGE_OVERLAP = 0.3;

/** Turns the outputs of one network run into detections in pixels of the network's input. */
export type Decode = (outputs: Tensors, confidence: number) => Candidate[];

/**
 * Decoder of MediaPipe's single-shot detectors: raw x, y, width, height and keypoints relative to anchor centres,
 * in input pixels; score = sigmoid of the raw score. Candidates above `confidence` are merged by weighted suppression.
 */
export function createSsdDecoder(id: string, decoder: SsdDecoder, input: InputSize): Decode {
  const anchors = ssdAnchors(decoder, input);
  if (anchors.length !== 2 * decoder.anchors) {
    throw new MaskloomError(
      "INTERNAL",
      `model ${id}: its strides give ${anchors.length / 2} anchors, the manifest says ${decoder.anchors}`,
    );
  }
  const values = 4 + 2 * decoder.keypoints;
  return (outputs, confidence) => {
    const raw = outputOfSize(outputs, decoder.anchors * values, id);
    const scores = outputOfSize(outputs, decoder.anchors, id);
    const candidates: Candidate[] = [];
    for (let anchor = 0; anchor < decoder.anchors; anchor++) {
      const score = sigmoid(scores[anchor] as number);
      if (!(score > confidence)) continue;
      const originX = (anchors[2 * anchor] as number) * input.width;
      const originY = (anchors[2 * anchor + 1] as number) * input.height;
      const start = anchor * values;
      const at = (place: number): number => raw[start + place] as number;
      const [width, height] = [at(2), at(3)];
      if (!(width > 0 && height > 0)) continue;
      const [x, y] = [at(0) + originX, at(1) + originY];
      const box: Box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
      const keypoints = Array.from(
        { length: decoder.keypoints },
        (_, point): Point => [at(4 + 2 * point) + originX, at(5 + 2 * point) + originY],
      );
      candidates.push({ box, score, keypoints });
    }
    return suppressWeighted(candidates, MERGE_OVERLAP);
  };
}

function sigmoid(raw: number): number {
  return 1 / (1 + Math.exp(-Math.max(-SCORE_LIMIT, Math.min(SCORE_LIMIT, raw))));
}

/** The two outputs of these networks differ in size, and are named differently in every file. */
function outputOfSize(outputs: Tensors, size: number, id: string): Float32Array {
  for (const tensor of Object.values(outputs)) {
    if (tensor.type === "float32" && tensor.data.length === size) return tensor.data;
  }
  const sizes = Object.entries(outputs).map(([name, tensor]) => `${name}: ${tensor.data.length}`);
  throw new MaskloomError(
    "MODEL_UNREADABLE",
    `model ${id}: expected an output of ${size} values, got ${sizes.join(", ")}`,
  );
}
