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
  pipeline: faceMeshPipeline("nose"),
  licence: "Apache-2.0",
};
