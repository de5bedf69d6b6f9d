import { existsSync } from "node:fs";
import path from "node:path";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { compareModel } from "./api/compare-model.ts";
import { loadTest } from "./api/load-test.ts";
import { startServerProcess } from "./api/server-process.ts";

/* imageMasking of 512x512 JPEG in base64 over WebSocket: what it costs beside the work itself, and what it bears. */

const MODELS = ["mediapipe_face_short", "mediapipe_face_mesh", "yolov8n-face-640"];
/** The pulled weights have the same layout. */
const WEIGHTS = {
  "yolov8n-face-640": path.join(PACKAGE_ROOT, "../shared/weights/yolov8/yolov8n-face_deq640.onnx"),
};

export async function benchApi(): Promise<void> {
  const server = await startServerProcess(WEIGHTS);
  try {
    for (const model of MODELS) {
      if (model in WEIGHTS && !existsSync(WEIGHTS["yolov8n-face-640"])) {
        process.stdout.write(`\n${model}: not measured: its weights are not there\n`);
      } else {
        await compareModel(server, model);
      }
    }
    await loadTest(server, "mediapipe_face_short");
  } finally {
    await server.stop();
  }
}
