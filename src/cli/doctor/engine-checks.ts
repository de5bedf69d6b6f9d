import path from "node:path";
import { packagedSourcesOf } from "../../../models/networks.ts";
import { detectorManifests, inpainterManifests } from "../../../models/registry.ts";
import type { Config } from "../../config.ts";
import type { PackagedSource } from "../../contracts/manifest.ts";
import { createDetector } from "../../detection/detector.ts";
import { decodeImage } from "../../image/codec.ts";
import { toRgb } from "../../image/samples.ts";
import { createInferencePool } from "../../onnx/inference-pool.ts";
import { readWeightFile } from "../../onnx/weight-file.ts";
import { PACKAGE_ROOT } from "../../package-root.ts";
import { openServices } from "../../runs/services.ts";
import { currentCursor } from "../../store/events.ts";
import { readImageFile } from "../detect-files.ts";
import { type Check, fail, ok } from "./check.ts";

export const models: Check = {
  name: "Models",
  async run() {
    const sources: PackagedSource[] = [
      ...detectorManifests.flatMap(packagedSourcesOf),
      ...inpainterManifests.flatMap((manifest) => manifest.sources),
    ];
    const faults: string[] = [];
    let bytes = 0;
    for (const source of sources) {
      try {
        bytes += (await readWeightFile(source)).length;
      } catch (error) {
        faults.push(error instanceof Error ? error.message : String(error));
      }
    }
    if (faults.length > 0) return fail(faults.join("; "), "run npm ci again");
    const size = `${(bytes / 1024 ** 2).toFixed(0)} MiB`;
    return ok(`${sources.length} weight files (${size}) have the digests that their manifests name`);
  },
};

const PROBE = path.join(PACKAGE_ROOT, "examples", "photos", "astronaut.jpg");

export const inference: Check = {
  name: "Detection",
  async run({ home }) {
    const pool = createInferencePool({ threads: 1, cacheFolder: path.join(home, "models") });
    try {
      const detector = await createDetector("mediapipe_face_full", pool);
      const { image } = await decodeImage(await readImageFile(PROBE));
      const start = performance.now();
      const { detections } = await detector.detect(toRgb(image));
      const ms = Math.round(performance.now() - start);
      if (detections.length === 1)
        return ok(`finds the face in ${path.basename(PROBE)} (first run: ${ms} ms)`);
      return fail(
        `found ${detections.length} faces in ${path.basename(PROBE)}, expected 1`,
        "remove the folder models in MASKLOOM_HOME and run npm ci again",
      );
    } finally {
      await pool.close();
    }
  },
};

export const engine: Check = {
  name: "Engine",
  async run(config) {
    const start = performance.now();
    const services = await openServices(config, () => undefined);
    try {
      await currentCursor(services.store.db);
      const ms = Math.round(performance.now() - start);
      return ok(`${databaseOf(config)} and ${queueOf(config)} answer (${ms} ms to open)`);
    } finally {
      await services.close();
    }
  },
};

/** Passwords stay out of what people paste into an issue. */
function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password !== "") shown.password = "***";
  return shown.toString();
}

function databaseOf({ database }: Config): string {
  return database.url === undefined
    ? "the embedded PostgreSQL"
    : `DATABASE_URL ${withoutPassword(database.url)}`;
}

function queueOf({ queue }: Config): string {
  return queue.redisUrl === undefined ? "its queues" : `REDIS_URL ${withoutPassword(queue.redisUrl)}`;
}
