import { readFile } from "node:fs/promises";
import path from "node:path";
import { readConfig } from "../../config.ts";
import { openPicture } from "../../detection/detection-picture.ts";
import { createDetector, type Detector } from "../../detection/detector.ts";
import type { RgbPixels } from "../../detection/sampling/letterbox.ts";
import { createModelLibrary, type ModelLibrary } from "../../detection/weights/model-library.ts";
import { createInferencePool } from "../../onnx/inference-pool.ts";
import { PACKAGE_ROOT } from "../../package-root.ts";
import { readImageFile } from "../detect-files.ts";
import { formatTable, printJson, printLine } from "../terminal.ts";

interface BenchOptions {
  readonly rounds: number;
  readonly json?: true;
}

const PARTS = ["decode", "preprocess", "inference", "postprocess"] as const;
type Part = (typeof PARTS)[number];

/** How long one picture takes in its parts, and how many a second one and two threads manage, decoding left out. */
export async function benchModel(
  model: string,
  image: string | undefined,
  { rounds, json }: BenchOptions,
): Promise<void> {
  const { models: settings, limits } = readConfig();
  const library = createModelLibrary(settings.folder);
  const file = image ?? path.join(PACKAGE_ROOT, "examples", "photos", "astronaut.jpg");
  const bytes = image === undefined ? await readFile(file) : await readImageFile(image);
  const decode = () => openPicture(bytes, limits);
  const { size, pixels } = await decode();
  const alone = await withDetector(library, settings.folder, model, 1, async (detector) => {
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
  const pair = await withDetector(library, settings.folder, model, 2, (detector) =>
    throughput(detector, pixels, rounds, 2),
  );
  const result = {
    model: alone.id,
    file: image ?? path.basename(file),
    ...size,
    rounds,
    medianMs: Object.fromEntries(PARTS.map((part) => [part, median(alone.times.map((time) => time[part]))])),
    imagesPerSecond: { oneThread: alone.perSecond, twoThreads: pair },
  };
  if (json) return printJson(result);
  printLine(`${result.model}, ${result.file} (${size.width} × ${size.height}), medians of ${rounds}`);
  const rows = Object.entries(result.medianMs).map(([part, ms]) => [`  ${part}`, `${ms.toFixed(2)} ms`]);
  rows.push(["  one thread", `${alone.perSecond.toFixed(1)} images/s`]);
  rows.push(["  two threads", `${pair.toFixed(1)} images/s`]);
  printLine(formatTable(rows));
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
