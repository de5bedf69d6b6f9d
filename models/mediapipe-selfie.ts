import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { fullRangeStage } from "./mediapipe-face-full.ts";
import { selfieSegmentation } from "./mediapipe-networks.ts";
import { personStage } from "./mediapipe-person.ts";

export const mediapipeSelfie: DetectorManifest = {
  kind: "detector",
  id: "mediapipe_selfie",
  slug: "mediapipe-selfie",
  detects: "person",
  description: "All people in the foreground as one mask, with what they hold.",
  shape: "segmentation",
  shapes: ["box", "ellipse", "hull", "segmentation"],
  comfortableSize: 0.4,
  pipeline: {
    kind: "selfie",
    network: selfieSegmentation,
    // The quicker one first.
    witnesses: [fullRangeStage, personStage],
    threshold: 0.25,
  },
  homepage: "https://ai.google.dev/edge/mediapipe/solutions/vision/image_segmenter",
  licence: "Apache-2.0",
};
