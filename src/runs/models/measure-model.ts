import { openPicture } from "../../detection/detection-picture.ts";
import { createDetector, type Detector } from "../../detection/detector.ts";
import type { RgbPixels } from "../../detection/sampling/letterbox.ts";
import type { ModelLibrary } from "../../detection/weights/model-library.ts";
import type { ImageLimits } from "../../image/limits.ts";
import { createInferencePool } from "../../onnx/inference-pool.ts";

const PARTS = ["decode", "preprocess", "inference", "postprocess"] as const;
type Part = (typeof PARTS)[number];

export interface Measured {
  /** Id of the model. */
  readonly model: string;
  readonly width: number;
  readonly height: number;
  readonly rounds: number;
  readonly medianMs: Readonly<Record<string, number>>;
  /** Decoding left out. */
  readonly imagesPerSecond: { readonly oneThread: number; readonly twoThreads: number };
}

interface Measuring {
  readonly library: ModelLibrary;
  readonly cacheFolder: string;
  readonly limits: ImageLimits;
  readonly rounds: number;
}

/** How long one picture takes in its parts, and how many a second one and two threads manage. */
export async function measureModel(
  model: string,
  bytes: Uint8Array,
  { library, cacheFolder, limits, rounds }: Measuring,
): Promise<Measured> {
  const decode = () => openPicture(bytes, limits);
  const { size, pixels } = await decode();
  const alone = await withDetector(library, cacheFolder, model, 1, async (detector) => {
    const times: Record<Part, number>[] = [];
    await detector.detect(pixels);
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      await decode();
      const decoded = performance.now() - start;
      times.push({ decode: decoded, ...(await detector.detect(pixels)).ms });
    }
    return { id: detector.manifest.id, times, perSecond: await throughput(detector, pixels, rounds, 1) };
  });
  const pair = await withDetector(library, cacheFolder, model, 2, (detector) =>
    throughput(detector, pixels, rounds, 2),
  );
  return {
    model: alone.id,
    ...size,
    rounds,
    medianMs: Object.fromEntries(PARTS.map((part) => [part, median(alone.times.map((time) => time[part]))])),
    imagesPerSecond: { oneThread: alone.perSecond, twoThreads: pair },
  };
}

/** A detector that has run once in every thread, so that loading is not measured. */
async function withDetector<Result>(
  library: ModelLibrary,
  cacheFolder: string,
  model: string,
  threads: number,
  measure: (detector: Detector) => Promise<Result>,
): Promise<Result> {
  const pool = createInferencePool({ threads, cacheFolder });
  try {
    const detector = await createDetector(model, pool, library);
    return await measure(detector);
  } finally {
    await pool.close();
  }
}

/** Images per second with so many under way at a time. */
async function throughput(
  detector: Detector,
  pixels: RgbPixels,
  rounds: number,
  threads: number,
): Promise<number> {
  let left = rounds * threads;
  const lane = async () => {
    while (left-- > 0) await detector.detect(pixels);
  };
  const lanes = () => Promise.all(Array.from({ length: threads }, lane));
  const measured = left;
  left = threads * 2;
  await lanes();
  left = measured;
  const start = performance.now();
  await lanes();
  return (measured * 1000) / (performance.now() - start);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
