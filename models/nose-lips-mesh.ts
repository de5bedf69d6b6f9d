import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { faceMeshPipeline } from "./mediapipe-face-mesh-pipeline.ts";

export const noseLipsMesh: DetectorManifest = {
  kind: "detector",
  id: "nose_lips_mesh",
  air: "runware:35@12",
  slug: "mediapipe-nose-lips-mesh",
  detects: "nose-lips",
  description: "The nose and the lips of each face, as two areas.",
  shape: "hull",
  shapes: ["box", "ellipse", "hull", "segmentation"],
  comfortableSize: 0.14,
  pipeline: faceMeshPipeline("nose", "lips"),
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker",
  licence: "Apache-2.0",
};
