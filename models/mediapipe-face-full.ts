import type { DetectorManifest, SsdStage } from "../src/contracts/manifest.ts";
import { EYES } from "./mediapipe-face-short.ts";
import { faceDetectionFullRangeSparse } from "./mediapipe-networks.ts";

/** What MediaPipe itself loads as "full" is the sparse file; the dense one beside it is another network. */
export const fullRangeStage: SsdStage = {
  network: faceDetectionFullRangeSparse,
  decoder: { strides: [4], anchorsPerCell: 1, anchors: 2304, keypoints: 6, threshold: 0.6 },
};

export const mediapipeFaceFull: DetectorManifest = {
  kind: "detector",
  id: "mediapipe_face_full",
  air: "runware:35@6",
  slug: "mediapipe-face-full",
  detects: "face",
  description: "Faces up to about five metres away; boxes and six keypoints (eyes, nose, mouth, ears).",
  shape: "box",
  shapes: ["box", "ellipse"],
  comfortableSize: 0.06,
  pipeline: { kind: "ssd", ...fullRangeStage, level: EYES },
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/face_detector",
  licence: "Apache-2.0",
};
