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
  pipeline: faceMeshPipeline("nose", "lips"),
  licence: "Apache-2.0",
};
