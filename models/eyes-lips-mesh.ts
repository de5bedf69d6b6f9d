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
  shapes: ["box", "ellipse", "hull", "segmentation"],
  comfortableSize: 0.14,
  pipeline: faceMeshPipeline("eyes", "lips"),
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker",
  licence: "Apache-2.0",
};
