import { readFileSync } from "node:fs";
import { detect } from "../../src/detection/detect.ts";
import { createInferencePool } from "../../src/onnx/inference-pool.ts";

/* Detects in one file (after another, small one) and says how much memory the process had before it and at most, in
   bytes. The peak that getrusage tells would include that of the process which started this one. */
const [file = ""] = process.argv.slice(2);
const pool = createInferencePool({ threads: 2 });
const small = readFileSync(new URL("../../examples/photos/astronaut.jpg", import.meta.url));
await detect(small, { model: "mediapipe_face_full", pool });
const before = process.memoryUsage.rss();
const { detections, ms } = await detect(readFileSync(file), {
  model: "mediapipe_face_full",
  confidence: 0.5,
  pool,
});
await pool.close();
const [, peakKilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
const peak = Number(peakKilobytes) * 1024;
process.stdout.write(JSON.stringify({ before, peak, detections, ms }));
