import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { faceMeshPipeline } from "./mediapipe-face-mesh-pipeline.ts";

export const eyesLipsMesh: DetectorManifest = {
  kind: "detector",
  id: "eyes_lips_mesh",
  air: "runware:35@10",
  slug: "mediapipe-eyes-lips-mesh",
  detects: "eyes-lips",
  description: "Both eyes and the lips of each face, as three areas.",
  shape: "hull",
  pipeline: faceMeshPipeline("eyes", "lips"),
  licence: "Apache-2.0",
};
