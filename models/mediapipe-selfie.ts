import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { selfieSegmentation } from "./mediapipe-networks.ts";

export const mediapipeSelfie: DetectorManifest = {
  kind: "detector",
  id: "mediapipe_selfie",
  slug: "mediapipe-selfie",
  detects: "person",
  description: "All people in the foreground as one mask.",
  shape: "segmentation",
  pipeline: { kind: "selfie", network: selfieSegmentation, threshold: 0.5 },
  licence: "Apache-2.0",
};
