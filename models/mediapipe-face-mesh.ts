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
  shapes: ["box", "ellipse", "hull", "segmentation"],
  comfortableSize: 0.14,
  pipeline: faceMeshPipeline("face"),
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker",
  licence: "Apache-2.0",
};
