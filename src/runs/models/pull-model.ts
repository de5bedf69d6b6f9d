import { stat, statfs } from "node:fs/promises";
import { sourcesOf } from "../../../models/networks.ts";
import type { ModelSource, PulledSource } from "../../contracts/manifest.ts";
import { modelFolder, storedPath } from "../../detection/weights/model-folder.ts";
import {
  createModelLibrary,
  type KnownModel,
  type ModelManifest,
} from "../../detection/weights/model-library.ts";
import { MaskloomError } from "../../errors.ts";
import { makeFolder } from "../../make-folder.ts";
import { createInferencePool } from "../../onnx/inference-pool.ts";
import { outputFailure } from "../../output-failure.ts";
import { formatBytes } from "./byte-size.ts";
import { type Pulling, pullFile } from "./pull-file.ts";
import { runOnce } from "./run-once.ts";

/** A model as converted is about as large as its weights. */
const SPACE_FACTOR = 2;
const SPACE_MARGIN = 16 * 1024 ** 2;

export function pulledSourcesOf(manifest: ModelManifest): PulledSource[] {
  return sourcesOf(manifest).filter((source: ModelSource): source is PulledSource => "url" in source);
}

export function isPullable({ manifest }: KnownModel<ModelManifest>): boolean {
  return pulledSourcesOf(manifest).length > 0;
}

/**
 * Brings the weights of one model, and runs it once: what is said to be here can be used.
 * @param onFile called before each file
 * @throws DOWNLOAD_FAILED, CANCELLED, DISK_FULL, OUTPUT_UNWRITABLE, MODEL_UNREADABLE
 */
export async function pullModel(
  manifest: ModelManifest,
  pulling: Pulling,
  onFile: (source: PulledSource) => void = () => undefined,
): Promise<void> {
  for (const source of pulledSourcesOf(manifest)) {
    onFile(source);
    await pullFile(source, pulling);
  }
  const { folder } = pulling.config.models;
  const pool = createInferencePool({ threads: 1, cacheFolder: folder });
  try {
    await runOnce(manifest, createModelLibrary(folder), pool, pulling.signal);
  } finally {
    await pool.close();
  }
}

/** Before anything is fetched: a disk that fills up halfway helps nobody. @throws DISK_FULL */
export async function requireSpace(
  folder: string,
  models: readonly KnownModel<ModelManifest>[],
): Promise<void> {
  if (models.length === 0) return;
  await makeFolder(folder).catch((error: unknown) => {
    throw outputFailure(folder, error);
  });
  const places = modelFolder(folder);
  let needed = SPACE_MARGIN;
  for (const source of models.flatMap(({ manifest }) => pulledSourcesOf(manifest))) {
    const part = await stat(`${storedPath(places, source)}.part`).catch(() => null);
    needed += source.bytes * SPACE_FACTOR - Math.min(part?.size ?? 0, source.bytes);
  }
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= needed) return;
  throw new MaskloomError(
    "DISK_FULL",
    `${folder}: expected ${formatBytes(needed)} of free space for ${models.map(({ manifest }) => manifest.id).join(", ")}, ` +
      `found ${formatBytes(bavail * bsize)}; free some, or set MASKLOOM_HOME to another disk`,
  );
}
