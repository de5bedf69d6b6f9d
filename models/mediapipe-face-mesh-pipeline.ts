import type { FaceFeature, FaceMeshPipeline } from "../src/contracts/manifest.ts";
import { EYES, shortRangeStage } from "./mediapipe-face-short.ts";
import { faceLandmark } from "./mediapipe-networks.ts";

/** What all face meshes have in common, with the areas that a detection is made of. */
export function faceMeshPipeline(...features: FaceFeature[]): FaceMeshPipeline {
  return {
    kind: "face-mesh",
    detector: shortRangeStage,
    region: { along: EYES, degrees: 0, around: "box", shift: [0, 0], scale: 1.5 },
    landmarks: faceLandmark,
    outputs: { landmarks: "conv2d_21", presence: "conv2d_31" },
    presence: 0.5,
    features,
  };
}
