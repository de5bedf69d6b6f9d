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
  pipeline: faceMeshPipeline("eyes"),
  licence: "Apache-2.0",
};
