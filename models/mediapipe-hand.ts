import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { handLandmarkFull, palmDetectionFull } from "./mediapipe-networks.ts";

/** Of hand_landmark_full; its fourth one is the points in metres, which nobody reads. */
const outputs = { landmarks: "Identity", presence: "Identity_1", handedness: "Identity_2" };

export const mediapipeHand: DetectorManifest = {
  kind: "detector",
  id: "mediapipe_hand",
  slug: "mediapipe-hand",
  detects: "hand",
  description: "Hands with 21 points each, and whether it is the left or the right one.",
  shape: "hull",
  shapes: ["box", "ellipse", "hull"],
  comfortableSize: 0.1,
  pipeline: {
    kind: "hand",
    detector: {
      network: palmDetectionFull,
      decoder: {
        strides: [8, 16, 16, 16],
        anchorsPerCell: 2,
        anchors: 2016,
        keypoints: 7,
        threshold: 0.5,
      },
    },
    // From the wrist to the knuckle of the middle finger.
    region: { along: [0, 2], degrees: 90, around: "box", shift: [0, -0.5], scale: 2.6 },
    landmarks: { ...handLandmarkFull, outputs: Object.values(outputs) },
    outputs,
    presence: 0.5,
  },
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/hand_landmarker",
  licence: "Apache-2.0",
};
