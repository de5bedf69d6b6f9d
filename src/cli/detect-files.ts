import { readFile } from "node:fs/promises";
import pLimit from "p-limit";
import type { Config } from "../config/config.ts";
import type { DetectionMs } from "../contracts/detection.ts";
import type { DetectorManifest } from "../contracts/manifest.ts";
import { type DetectionPicture, detectInPicture, openPicture } from "../detection/detection-picture.ts";
import { createDetector } from "../detection/detector.ts";
import { createModelLibrary } from "../detection/weights/model-library.ts";
import { hasCode, MaskloomError } from "../errors.ts";
import { decodeImage } from "../image/codec.ts";
import type { Found } from "../image/detection-shape.ts";
import type { ImageLimits } from "../image/limits.ts";
import type { Image, Size } from "../image/raster.ts";
import { type CompiledSelection, selectDetections } from "../image/select-detections.ts";
import { createInferencePool } from "../onnx/inference-pool.ts";
import { requireProvider } from "../runs/providers/require-provider.ts";
import { type OpenDetector, openElsewhere } from "./detect-elsewhere.ts";
import type { DetectionOptions } from "./detection-options.ts";
import type { InputFile, InputFiles } from "./input-files.ts";
import { nameNotUtf8 } from "./listing/name-not-utf8.ts";
import { sayError, sayWarning } from "./terminal.ts";

export interface DetectedFile {
  readonly file: InputFile;
  /** Of the upright picture. */
  readonly size: Size;
  /** Upright, in the file's own samples; decoded only now where detection did not need all of them. */
  readonly readImage: () => Promise<Image>;
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
  { files, problems, leftOut }: InputFiles,
  options: DetectionOptions,
  selection: CompiledSelection,
  config: Config,
  make: (detected: DetectedFile) => Promise<T>,
  report: (made: T) => void,
): Promise<boolean> {
  if (leftOut.count > 0) sayWarning(`${leftOut.describe()} left out`);
  for (const { given, error } of problems) sayError(error, given);
  const open = isElsewhere(options) ? openElsewhere : openHere;
  const { detector, atOnce, close } = await open(options, config);
  try {
    const limit = pLimit(atOnce);
    const one = async (file: InputFile): Promise<T | null> => {
      try {
        const { picture, readImage, decodeMs } = await openFile(file.path, config.limits);
        const { size } = picture;
        const { confidence, tiling } = options;
        const { detections, ms } = await detectInPicture(detector, picture, { confidence, tiling });
        const chosen = selectDetections(detections, size, selection, confidence);
        const all = { decode: decodeMs, ...ms };
        return await make({
          file,
          size,
          readImage,
          manifest: detector.manifest,
          detections: chosen,
          ms: all,
        });
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
    await close();
  }
}

/** Only where somebody says so: what may cost money is never chosen here. */
export const isElsewhere = ({ provider }: DetectionOptions): boolean =>
  provider !== "local" && provider !== "auto";

/** @throws PROVIDER_UNAVAILABLE for one that is not configured, before a picture is looked for or a database begun */
export function requirePlace(options: DetectionOptions, config: Config): void {
  if (isElsewhere(options)) requireProvider(config.providers, options.provider);
}

async function openHere({ model, threads }: DetectionOptions, config: Config): Promise<OpenDetector> {
  const pool = createInferencePool({
    ...config.inference,
    threads: threads ?? config.inference.threads,
    cacheFolder: config.models.folder,
    onWarning: sayWarning,
  });
  try {
    const detector = await createDetector(model, pool, createModelLibrary(config.models.folder));
    return { detector, atOnce: pool.threads, close: () => pool.close() };
  } catch (error) {
    await pool.close();
    throw error;
  }
}

interface OpenedFile extends Pick<DetectedFile, "readImage"> {
  readonly picture: DetectionPicture;
  readonly decodeMs: number;
}

async function openFile(file: string, limits: ImageLimits): Promise<OpenedFile> {
  const start = performance.now();
  const picture = await openPicture(await readImageFile(file), limits);
  const readImage = async (): Promise<Image> =>
    picture.original ?? (await decodeImage(await readImageFile(file), limits)).image;
  return { picture, readImage, decodeMs: performance.now() - start };
}

/** @throws INPUT_MISSING where the file is gone or may not be read */
export async function readImageFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const reason = hasCode(error, "EACCES") ? "may not be read by this user" : "cannot be read";
    const detail = nameNotUtf8(file) ?? (error instanceof Error ? error.message : String(error));
    throw new MaskloomError("INPUT_MISSING", `the file ${reason}: ${detail}`, { cause: error });
  }
}
