import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { faceMeshPipeline } from "./mediapipe-face-mesh-pipeline.ts";

export const eyesMeshMediapipe: DetectorManifest = {
  kind: "detector",
  id: "eyes_mesh_mediapipe",
  air: "runware:35@15",
  slug: "mediapipe-eyes-mesh",
  detects: "eyes",
  description: "Both eyes of each face, as two areas.",
  shape: "hull",
  shapes: ["box", "ellipse", "hull", "segmentation"],
  comfortableSize: 0.14,
  pipeline: faceMeshPipeline("eyes"),
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker",
  licence: "Apache-2.0",
};
