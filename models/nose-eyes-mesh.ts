import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { faceMeshPipeline } from "./mediapipe-face-mesh-pipeline.ts";

export const noseEyesMesh: DetectorManifest = {
  kind: "detector",
  id: "nose_eyes_mesh",
  air: "runware:35@11",
  slug: "mediapipe-nose-eyes-mesh",
  detects: "nose-eyes",
  description: "The nose and both eyes of each face, as three areas.",
  shape: "hull",
  shapes: ["box", "ellipse", "hull", "segmentation"],
  comfortableSize: 0.14,
  pipeline: faceMeshPipeline("nose", "eyes"),
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker",
  licence: "Apache-2.0",
};
