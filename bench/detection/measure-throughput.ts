import { readFile } from "node:fs/promises";
import path from "node:path";
import { readConfig } from "../../src/config/config.ts";
import type * as opening from "../../src/detection/detection-picture.ts";
import type * as detectors from "../../src/detection/detector.ts";
import type * as libraries from "../../src/detection/weights/model-library.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import type * as pools from "../../src/onnx/inference-pool.ts";
import { built } from "../built.ts";

const { openPicture } = await built<typeof opening>("detection/detection-picture.ts");
const { createDetector } = await built<typeof detectors>("detection/detector.ts");
const { createModelLibrary } = await built<typeof libraries>("detection/weights/model-library.ts");
const { createInferencePool } = await built<typeof pools>("onnx/inference-pool.ts");

/*
 * Pictures per second of one model, decoded before, with as many pictures under way as there are threads, in a process
 * that is confined to as many cores: measure-throughput <id> <threads> <photo…>.
 */

const [id = "", threadsText = "", ...photos] = process.argv.slice(2);
const threads = Number(threadsText);
const { home, models } = readConfig();
const MEASURED_MS = 2_000;

const pool = createInferencePool({ threads, cacheFolder: path.join(home, "models") });
const detector = await createDetector(id, pool, createModelLibrary(models.folder));
await pool.warmUp();
const pictures = await Promise.all(
  photos.map(async (photo) => (await openPicture(await readFile(photo), DEFAULT_LIMITS)).pixels),
);

async function perSecond(forMs: number): Promise<number> {
  let done = 0;
  const start = performance.now();
  const lane = async () => {
    while (performance.now() < start + forMs) {
      const picture = pictures[done++ % pictures.length];
      if (picture !== undefined) await detector.detect(picture, { tiling: "off" });
    }
  };
  await Promise.all(Array.from({ length: threads }, lane));
  return done / ((performance.now() - start) / 1000);
}

await perSecond(MEASURED_MS / 4);
process.stdout.write(`${await perSecond(MEASURED_MS)}\n`);
await pool.close();
