import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { faceMeshPipeline } from "./mediapipe-face-mesh-pipeline.ts";
import { faceLandmarkWithAttention } from "./mediapipe-networks.ts";

export const mediapipeFaceMeshAttention: DetectorManifest = {
  kind: "detector",
  id: "mediapipe_face_mesh_attention",
  slug: "mediapipe-face-mesh-attention",
  detects: "face",
  description:
    "Faces within about two metres with 478 points each: finer eyes and lips, and the irises; the mask is their hull.",
  shape: "hull",
  shapes: ["box", "ellipse", "hull", "segmentation"],
  comfortableSize: 0.14,
  pipeline: {
    ...faceMeshPipeline("face"),
    landmarks: faceLandmarkWithAttention,
    outputs: {
      landmarks: "output_mesh_identity",
      presence: "conv_faceflag",
      // Left and right as seen, in the names of the outputs.
      refinements: {
        lips: "output_lips",
        rightEye: "output_left_eye",
        leftEye: "output_right_eye",
        rightIris: "output_left_iris",
        leftIris: "output_right_iris",
      },
    },
  },
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker",
  licence: "Apache-2.0",
};
