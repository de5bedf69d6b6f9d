import type { DetectorManifest } from "../src/contracts/manifest.ts";

/** What MediaPipe itself loads as "full" is the sparse file; the dense one beside it is another network. */
export const mediapipeFaceFull: DetectorManifest = {
  kind: "detector",
  id: "mediapipe_face_full",
  air: "runware:35@6",
  slug: "mediapipe-face-full",
  detects: "face",
  description: "Faces up to about five metres away; boxes and six keypoints (eyes, nose, mouth, ears).",
  shape: "box",
  pipeline: {
    kind: "ssd",
    network: {
      source: {
        npm: "@mediapipe/face_detection",
        file: "face_detection_full_range_sparse.tflite",
        sha256: "671dd2f9ed11a78436fc21cc42357a803dfc6f73e9fb86541be942d5716c2dce",
        bytes: 680_736,
      },
      input: { width: 192, height: 192, range: [-1, 1] },
    },
    decoder: { strides: [4], anchorsPerCell: 1, anchors: 2304, keypoints: 6, threshold: 0.6 },
  },
  licence: "Apache-2.0",
};
