import { findDetector } from "../../models/registry.ts";
import type { Detection, Point } from "../contracts/detection.ts";
import type { DetectorManifest } from "../contracts/manifest.ts";
import { MaskloomError } from "../errors.ts";
import type { InferencePool } from "../onnx/inference-pool.ts";
import { importTflite, TFLITE_IMPORTER_VERSION } from "../onnx/tflite/import-tflite.ts";
import { readWeightFile } from "../onnx/weight-file.ts";
import type { Candidate } from "./candidate.ts";
import { DECODERS } from "./decoders.ts";
import { fitLetterbox, type Letterbox, type RgbPixels, sampleLetterbox } from "./letterbox.ts";

export interface DetectOptions {
  /** Detections score above this, 0–1; default: the model's own threshold. */
  readonly confidence?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface DetectorAnswer {
  /** In falling order of score; floats in pixels of the given picture, not clamped to it. */
  readonly detections: Detection[];
  readonly ms: { readonly preprocess: number; readonly inference: number; readonly postprocess: number };
}

export interface Detector {
  readonly manifest: DetectorManifest;
  detect(picture: RgbPixels, options?: DetectOptions): Promise<DetectorAnswer>;
}

/**
 * A detector by AIR, alias or slug, ready to be called any number of times at once; converts its weights if need be.
 * Throws MODEL_UNKNOWN or MODEL_UNAVAILABLE for the id, MODEL_UNREADABLE for damaged weights.
 */
export async function createDetector(modelId: string, pool: InferencePool): Promise<Detector> {
  const manifest = findDetector(modelId);
  const decode = DECODERS[manifest.decoder.kind](manifest);
  const model = await pool.load({
    name: manifest.id,
    key: detectorModelKey(manifest),
    convert: async () => {
      const weights = await readWeightFile(manifest.source);
      return importTflite(weights, { name: manifest.id, range: manifest.input.range, pixels: "float32" });
    },
  });
  const { input } = manifest;
  return {
    manifest,
    async detect(picture, { confidence = manifest.decoder.threshold, signal } = {}) {
      checkPicture(picture);
      const start = performance.now();
      const letterbox = fitLetterbox(picture, input);
      const data = sampleLetterbox(picture, input, letterbox);
      const sampled = performance.now();
      const image = { type: "float32", dims: [1, input.height, input.width, 3], data } as const;
      const { outputs } = await pool.run(model, { image }, signal);
      const inferred = performance.now();
      const detections = decode(outputs, confidence).map((candidate) =>
        toDetection(candidate, letterbox, manifest.detects),
      );
      const done = performance.now();
      return {
        detections,
        ms: { preprocess: sampled - start, inference: inferred - sampled, postprocess: done - inferred },
      };
    },
  };
}

/** What stands for the converted model: part of the key of every cached mask that it made. */
export function detectorModelKey(manifest: DetectorManifest): string {
  return `${manifest.source.sha256}-${TFLITE_IMPORTER_VERSION}`;
}

function checkPicture({ width, height, data }: RgbPixels): void {
  if (width >= 1 && height >= 1 && data.length === width * height * 3) return;
  throw new MaskloomError(
    "INPUT_INVALID",
    `picture: expected ${width}×${height}×3 bytes of RGB, got ${data.length} bytes`,
  );
}

/** From pixels of the network's input to pixels of the picture. */
function toDetection(candidate: Candidate, { scale, offsetX, offsetY }: Letterbox, label: string): Detection {
  const point = ([x, y]: Point): Point => [x * scale - offsetX, y * scale - offsetY];
  const [x0, y0, x1, y1] = candidate.box;
  return {
    box: [...point([x0, y0]), ...point([x1, y1])],
    score: candidate.score,
    label,
    keypoints: candidate.keypoints.map(point),
  };
}
