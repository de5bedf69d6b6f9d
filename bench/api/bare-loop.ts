import { readConfig } from "../../src/config.ts";
import { createDetector } from "../../src/detection/detector.ts";
import { maskDetections } from "../../src/detection/masks/mask-detections.ts";
import { createModelLibrary } from "../../src/detection/weights/model-library.ts";
import { decodeImage, encodeMask } from "../../src/image/codec.ts";
import { toRgb } from "../../src/image/samples.ts";
import { createInferencePool } from "../../src/onnx/inference-pool.ts";
import { median } from "../table.ts";

export interface BareLoop {
  /** Decode, inference, mask and encode of one picture, nothing else at the time. */
  readonly medianMs: number;
  /** Of that, what the networks took. */
  readonly inferenceMs: number;
  /** With as many pictures at a time as there are threads, and with one. */
  readonly perSecond: number;
  readonly perSecondAlone: number;
}

const MASK = { maskPadding: 4, maskBlur: 4, invert: false } as const;

/** What a task is without an API: the same code in a loop. */
export async function runBareLoop(model: string, pictures: readonly Buffer[]): Promise<BareLoop> {
  const { models } = readConfig();
  const pool = createInferencePool({ cacheFolder: models.folder });
  const detector = await createDetector(model, pool, createModelLibrary(models.folder));
  await pool.warmUp();
  const one = async (bytes: Buffer): Promise<number> => {
    const { image } = await decodeImage(bytes);
    const { detections, ms } = await detector.detect(toRgb(image));
    await encodeMask(maskDetections(image, detections, detector.manifest, MASK).mask);
    return ms.inference;
  };
  for (const bytes of pictures.slice(0, 10)) await one(bytes);
  const [times, inference]: [number[], number[]] = [[], []];
  for (const bytes of pictures) {
    const start = performance.now();
    inference.push(await one(bytes));
    times.push(performance.now() - start);
  }
  const perSecond = async (lanes: number): Promise<number> => {
    const waiting = [...pictures];
    const lane = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await one(next);
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: lanes }, lane));
    return pictures.length / ((performance.now() - start) / 1000);
  };
  const figures = {
    medianMs: median(times),
    inferenceMs: median(inference),
    perSecond: await perSecond(pool.threads),
    perSecondAlone: await perSecond(1),
  };
  await pool.close();
  return figures;
}
