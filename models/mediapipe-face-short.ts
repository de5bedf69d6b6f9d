import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { faceDetectionShortRange } from "./mediapipe-networks.ts";

export const mediapipeFaceShort: DetectorManifest = {
  kind: "detector",
  id: "mediapipe_face_short",
  air: "runware:35@7",
  slug: "mediapipe-face-short",
  detects: "face",
  description:
    "Faces within about two metres, as in selfies; boxes and six keypoints (eyes, nose, mouth, ears).",
  shape: "box",
  pipeline: {
    kind: "ssd",
    network: faceDetectionShortRange,
    decoder: {
      strides: [8, 16, 16, 16],
      anchorsPerCell: 2,
      anchors: 896,
      keypoints: 6,
      threshold: 0.5,
    },
  },
  licence: "Apache-2.0",
};
