import { readFile } from "node:fs/promises";
import pLimit from "p-limit";
import type { Config } from "../config.ts";
import type { DetectionMs } from "../contracts/detection.ts";
import type { DetectorManifest } from "../contracts/manifest.ts";
import { createDetector } from "../detection/detector.ts";
import { createModelLibrary } from "../detection/weights/model-library.ts";
import { hasCode, MaskloomError } from "../errors.ts";
import { decodeImage } from "../image/codec.ts";
import type { Found } from "../image/detection-shape.ts";
import type { ImageLimits } from "../image/limits.ts";
import type { Image } from "../image/raster.ts";
import { toRgb } from "../image/samples.ts";
import { type CompiledSelection, selectDetections } from "../image/select-detections.ts";
import { createInferencePool } from "../onnx/inference-pool.ts";
import type { DetectionOptions } from "./detection-options.ts";
import type { InputFile, InputFiles } from "./input-files.ts";
import { sayError, sayWarning } from "./terminal.ts";

export interface DetectedFile {
  readonly file: InputFile;
  /** Upright, in the file's own samples. */
  readonly image: Image;
  readonly manifest: DetectorManifest;
  readonly detections: readonly Found[];
  readonly ms: DetectionMs;
}

/**
 * Detects in every file, as many at a time as there are threads. What `make` makes of a result goes to `report` in the
 * order of the files. A file that fails is said on stderr and stops nothing.
 * @returns whether every file was there and went well
 */
export async function detectInFiles<T extends object>(
  { files, problems, ignored }: InputFiles,
  options: DetectionOptions,
  selection: CompiledSelection,
  config: Config,
  make: (detected: DetectedFile) => Promise<T>,
  report: (made: T) => void,
): Promise<boolean> {
  if (ignored > 0)
    sayWarning(`${ignored} ${ignored === 1 ? "file is" : "files are"} no image by extension, left out`);
  for (const { given, error } of problems) sayError(error, given);
  const threads = options.threads;
  const pool = createInferencePool({
    ...(threads === undefined ? {} : { threads }),
    cacheFolder: config.models.folder,
  });
  try {
    const models = createModelLibrary(config.models.folder);
    const detector = await createDetector(options.model, pool, models);
    const limit = pLimit(pool.threads);
    const one = async (file: InputFile): Promise<T | null> => {
      try {
        const { image, decodeMs } = await readImage(file.path, config.limits);
        const { confidence } = options;
        const { detections, ms } = await detector.detect(toRgb(image), { confidence });
        const chosen = selectDetections(detections, image, selection, confidence);
        const all = { decode: decodeMs, ...ms };
        return await make({ file, image, manifest: detector.manifest, detections: chosen, ms: all });
      } catch (error) {
        sayError(error, file.given);
        return null;
      }
    };
    let good = problems.length === 0;
    for (const pending of files.map((file) => limit(one, file))) {
      const made = await pending;
      if (made === null) good = false;
      else report(made);
    }
    return good;
  } finally {
    await pool.close();
  }
}

async function readImage(file: string, limits: ImageLimits): Promise<{ image: Image; decodeMs: number }> {
  const start = performance.now();
  const bytes = await readImageFile(file);
  const { image } = await decodeImage(bytes, limits);
  return { image, decodeMs: performance.now() - start };
}

/** @throws INPUT_MISSING where the file is gone or may not be read */
export async function readImageFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const reason = hasCode(error, "EACCES") ? "may not be read by this user" : "cannot be read";
    const detail = error instanceof Error ? error.message : String(error);
    throw new MaskloomError("INPUT_MISSING", `the file ${reason}: ${detail}`, { cause: error });
  }
}
