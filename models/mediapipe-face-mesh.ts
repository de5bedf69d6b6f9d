import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { faceMeshPipeline } from "./mediapipe-face-mesh-pipeline.ts";

export const mediapipeFaceMesh: DetectorManifest = {
  kind: "detector",
  id: "mediapipe_face_mesh",
  air: "runware:35@8",
  slug: "mediapipe-face-mesh",
  detects: "face",
  description: "Faces within about two metres with 468 points each; the mask is their hull.",
  shape: "hull",
  pipeline: faceMeshPipeline("face"),
  licence: "Apache-2.0",
};
