import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { faceMeshPipeline } from "./mediapipe-face-mesh-pipeline.ts";

export const noseMeshMediapipe: DetectorManifest = {
  kind: "detector",
  id: "nose_mesh_mediapipe",
  air: "runware:35@13",
  slug: "mediapipe-nose-mesh",
  detects: "nose",
  description: "The nose of each face.",
  shape: "hull",
  shapes: ["box", "ellipse", "hull", "segmentation"],
  comfortableSize: 0.14,
  pipeline: faceMeshPipeline("nose"),
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker",
  licence: "Apache-2.0",
};
