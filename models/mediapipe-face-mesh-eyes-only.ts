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
  pipeline: faceMeshPipeline("eyes"),
  licence: "Apache-2.0",
};
