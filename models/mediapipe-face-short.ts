import type { DetectorManifest } from "../src/contracts/manifest.ts";

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
    network: {
      source: {
        npm: "@mediapipe/face_detection",
        file: "face_detection_short_range.tflite",
        sha256: "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633",
        bytes: 229_032,
      },
      input: { width: 128, height: 128, range: [-1, 1] },
    },
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
