import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { DetectResult } from "../../src/contracts/detection.ts";
import { detect } from "../../src/detection/detect.ts";
import { createInferencePool } from "../../src/onnx/inference-pool.ts";
import { errorOf } from "../onnx/run-model.ts";

const picture = readFileSync(new URL("../../examples/photos/astronaut.jpg", import.meta.url));

it("finds the face in an encoded picture, in the form of the contract", async () => {
  const result = await detect(picture, { model: "runware:35@7" });
  expect(DetectResult.omit({ file: true }).parse(result)).toEqual(result);
  expect(result).toMatchObject({ width: 512, height: 512, model: "mediapipe_face_short" });
  expect(result.detections).toHaveLength(1);
});

it("uses the threads that it is given and leaves them running", async () => {
  const pool = createInferencePool({ threads: 1 });
  const request = { model: "mediapipe_face_full", pool, select: { maxArea: 0.001 } };
  expect((await detect(picture, request)).detections).toEqual([]);
  expect((await detect(picture, { ...request, select: {} })).detections).toHaveLength(1);
  await pool.close();
});

it.each([
  [picture, "nobody", "MODEL_UNKNOWN"],
  [picture, "face_yolov8n", "MODEL_UNAVAILABLE"],
  [new Uint8Array(), "mediapipe_face_full", "IMAGE_UNREADABLE"],
])("says what is wrong with the picture or the model (%#)", async (bytes, model, code) => {
  expect(await errorOf(() => detect(bytes, { model }))).toMatchObject({ code });
});
