import type { DetectorManifest, SsdStage } from "../src/contracts/manifest.ts";
import { faceDetectionShortRange } from "./mediapipe-networks.ts";

/** Of the keypoints of both face detectors; right and left are the person's own. */
export const EYES: [right: number, left: number] = [0, 1];

/** Also what the face mesh begins with. */
export const shortRangeStage: SsdStage = {
  network: faceDetectionShortRange,
  decoder: {
    strides: [8, 16, 16, 16],
    anchorsPerCell: 2,
    anchors: 896,
    keypoints: 6,
    threshold: 0.5,
  },
};

export const mediapipeFaceShort: DetectorManifest = {
  kind: "detector",
  id: "mediapipe_face_short",
  air: "runware:35@7",
  slug: "mediapipe-face-short",
  detects: "face",
  description:
    "Faces within about two metres, as in selfies; boxes and six keypoints (eyes, nose, mouth, ears).",
  shape: "box",
  shapes: ["box", "ellipse"],
  comfortableSize: 0.14,
  pipeline: { kind: "ssd", ...shortRangeStage, level: EYES },
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/face_detector",
  licence: "Apache-2.0",
};
