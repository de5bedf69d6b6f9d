import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { faceMeshPipeline } from "./mediapipe-face-mesh-pipeline.ts";

export const lipsMeshMediapipe: DetectorManifest = {
  kind: "detector",
  id: "lips_mesh_mediapipe",
  air: "runware:35@14",
  slug: "mediapipe-lips-mesh",
  detects: "lips",
  description: "The lips of each face, and what lies between them.",
  shape: "hull",
  shapes: ["box", "ellipse", "hull", "segmentation"],
  comfortableSize: 0.14,
  pipeline: faceMeshPipeline("lips"),
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker",
  licence: "Apache-2.0",
};
