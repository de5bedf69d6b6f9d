import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { faceMeshPipeline } from "./mediapipe-face-mesh-pipeline.ts";

export const mediapipeFaceMeshEyesOnly: DetectorManifest = {
  kind: "detector",
  id: "mediapipe_face_mesh_eyes_only",
  air: "runware:35@9",
  slug: "mediapipe-face-mesh-eyes-only",
  detects: "eyes",
  description: "Both eyes of each face, as two areas; the same as eyes_mesh_mediapipe.",
  shape: "hull",
  shapes: ["box", "ellipse", "hull", "segmentation"],
  comfortableSize: 0.14,
  pipeline: faceMeshPipeline("eyes"),
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker",
  licence: "Apache-2.0",
};
