import type { DetectorManifest, YoloPipeline } from "../../contracts/manifest.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { startFindClock } from "../find-clock.ts";
import type { Finder } from "../finder.ts";
import { yoloLook } from "./yolo-look.ts";
import { explainYoloFailure, loadYoloNetwork } from "./yolo-network.ts";

/** The original's default. */
const THRESHOLD = 0.25;

/** Boxes of a YOLOv8 or YOLO11 network, clamped to the picture, and masks where it segments. */
export async function createYoloPipeline(
  { id, detects }: Pick<DetectorManifest, "id" | "detects">,
  pipeline: YoloPipeline,
  runtime: DetectionRuntime,
): Promise<Finder> {
  const network = await loadYoloNetwork(id, detects, pipeline, runtime);
  const { pool } = runtime;
  return {
    threshold: THRESHOLD,
    async find(picture, { confidence, signal }) {
      const clock = startFindClock();
      const args = { name: id, network, picture, least: confidence };
      return await clock.timeRest("inference", async () => {
        const { result, ms } = await pool.call(yoloLook, args, signal).catch((error: unknown) => {
          throw explainYoloFailure(error, id);
        });
        clock.add(ms);
        return { detections: result, ms: clock.ms };
      });
    },
  };
}
