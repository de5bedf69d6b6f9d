import type { DetectorManifest, SsdStage } from "../src/contracts/manifest.ts";
import { poseDetection, poseLandmarkFull } from "./mediapipe-networks.ts";

/** Finds people by their heads; the keypoints say where the rest of them is. */
export const personStage: SsdStage = {
  network: poseDetection,
  decoder: { strides: [8, 16, 32, 32, 32], anchorsPerCell: 2, anchors: 2254, keypoints: 4, threshold: 0.5 },
};

/** Of pose_landmark_full; its fifth one is the points in metres, which nobody reads. */
const outputs = {
  landmarks: "Identity",
  presence: "Identity_1",
  mask: "Identity_2",
  heatMaps: "Identity_3",
};

export const mediapipePerson: DetectorManifest = {
  kind: "detector",
  id: "mediapipe_person",
  slug: "mediapipe-person",
  detects: "person",
  description: "People within about four metres, a mask and 33 points for each.",
  shape: "segmentation",
  shapes: ["box", "ellipse", "hull", "segmentation"],
  comfortableSize: 0.3,
  pipeline: {
    kind: "pose",
    detector: personStage,
    // From the hips to a point on the circle that holds the whole body.
    region: { along: [0, 1], degrees: 90, around: "circle", shift: [0, 0], scale: 1.25 },
    landmarks: { ...poseLandmarkFull, outputs: Object.values(outputs) },
    outputs,
    presence: 0.5,
  },
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker",
  licence: "Apache-2.0",
};
