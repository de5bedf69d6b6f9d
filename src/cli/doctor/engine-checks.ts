import path from "node:path";
import type { Config } from "../../config/config.ts";
import { detectInPicture, openPicture } from "../../detection/detection-picture.ts";
import { createDetector } from "../../detection/detector.ts";
import { createInferencePool } from "../../onnx/inference-pool.ts";
import { PACKAGE_ROOT } from "../../package-root.ts";
import { openServices } from "../../runs/services.ts";
import { currentCursor } from "../../store/events.ts";
import { readImageFile } from "../detect-files.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const PROBE = path.join(PACKAGE_ROOT, "examples", "photos", "astronaut.jpg");

const PROVIDER_FIX =
  "install what the provider needs (see GPU), or leave it out of MASKLOOM_EXECUTION_PROVIDERS";

export const inference: Check = {
  name: "Detection",
  async run({ models: { folder }, inference: settings, limits }) {
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    const pool = createInferencePool({ ...settings, threads: 1, cacheFolder: folder, onWarning });
    try {
      const detector = await createDetector("mediapipe_face_full", pool);
      const picture = await openPicture(await readImageFile(PROBE), limits);
      const start = performance.now();
      const { detections } = await detectInPicture(detector, picture, {});
      const ms = Math.round(performance.now() - start);
      if (detections.length === 1) {
        const found = `finds the face in ${path.basename(PROBE)} (first run: ${ms} ms)`;
        if (warnings.length > 0) return warn(`${found}; ${warnings.join("; ")}`, PROVIDER_FIX);
        return ok(`${found}, on ${[...new Set([...settings.providers, "cpu"])].join(", then ")}`);
      }
      return fail(
        `found ${detections.length} faces in ${path.basename(PROBE)}, expected 1`,
        `remove the .onnx files in ${folder} (they are made again), and run npm ci again`,
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
  return queue.redis === undefined ? "its queues" : `REDIS_URL ${withoutPassword(queue.redis.url)}`;
}
