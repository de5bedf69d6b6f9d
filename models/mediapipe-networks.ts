import type { TfliteNetwork } from "../src/contracts/manifest.ts";

/*
 * The networks inside the @mediapipe packages (Apache-2.0), as they came from their publisher. Some lie within a
 * file that packs several; the package's own loader script names the places. The ranges of the inputs are those of
 * MediaPipe's graphs.
 */

/** Faces within about two metres; first stage of the face mesh. */
export const faceDetectionShortRange: TfliteNetwork = {
  source: {
    npm: "@mediapipe/face_detection",
    file: "face_detection_short_range.tflite",
    sha256: "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633",
    bytes: 229_032,
  },
  input: { width: 128, height: 128, range: [-1, 1] },
};

/** Faces up to about five metres away: what MediaPipe itself loads as "full". */
export const faceDetectionFullRangeSparse: TfliteNetwork = {
  source: {
    npm: "@mediapipe/face_detection",
    file: "face_detection_full_range_sparse.tflite",
    sha256: "671dd2f9ed11a78436fc21cc42357a803dfc6f73e9fb86541be942d5716c2dce",
    bytes: 680_736,
  },
  input: { width: 192, height: 192, range: [-1, 1] },
};

/** The dense sibling of the sparse network: other weights, other results. */
export const faceDetectionFullRange: TfliteNetwork = {
  source: {
    npm: "@mediapipe/face_detection",
    file: "face_detection_full_range.tflite",
    sha256: "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3",
    bytes: 1_083_984,
  },
  input: { width: 192, height: 192, range: [-1, 1] },
};

/** 468 points of an upright face. */
export const faceLandmark: TfliteNetwork = {
  source: {
    npm: "@mediapipe/face_mesh",
    file: "face_mesh_solution_packed_assets.data",
    packed: [2_495_952, 3_737_848],
    sha256: "c603fa6149219a3e9487dc9abd7a0c24474c77263273d24868378cdf40aa26d1",
    bytes: 1_241_896,
  },
  input: { width: 192, height: 192, range: [0, 1] },
};

/** 468 points of an upright face, with finer lips and eyes, and the irises. */
export const faceLandmarkWithAttention: TfliteNetwork = {
  source: {
    npm: "@mediapipe/face_mesh",
    file: "face_mesh_solution_packed_assets.data",
    packed: [0, 2_495_952],
    sha256: "883b7411747bac657c30c462d305d312e9dec6adbf8b85e2f5d8d722fca9455d",
    bytes: 2_495_952,
  },
  input: { width: 192, height: 192, range: [0, 1] },
};

/** Palms with seven keypoints; first stage of the hands. */
export const palmDetectionFull: TfliteNetwork = {
  source: {
    npm: "@mediapipe/hands",
    file: "hands_solution_packed_assets.data",
    packed: [11, 2_341_291],
    sha256: "2f25e740121983f68ffc05f99991d524dc0ea812134f6316a26125816941ee85",
    bytes: 2_341_280,
  },
  input: { width: 192, height: 192, range: [0, 1] },
};

/** 21 points of an upright hand. */
export const handLandmarkFull: TfliteNetwork = {
  source: {
    npm: "@mediapipe/hands",
    file: "hand_landmark_full.tflite",
    sha256: "8c026882c9ec059ce0f8e75266bee5a9a23c341a40e0000df755374d3d1b9b68",
    bytes: 5_478_688,
  },
  input: { width: 224, height: 224, range: [0, 1] },
};

/** People with four keypoints; first stage of the pose. */
export const poseDetection: TfliteNetwork = {
  source: {
    npm: "@mediapipe/pose",
    file: "pose_solution_packed_assets.data",
    packed: [0, 2_962_288],
    sha256: "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85",
    bytes: 2_962_288,
  },
  input: { width: 224, height: 224, range: [-1, 1] },
};

/** 33 points of an upright person, and the person's mask. */
export const poseLandmarkFull: TfliteNetwork = {
  source: {
    npm: "@mediapipe/pose",
    file: "pose_landmark_full.tflite",
    sha256: "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    bytes: 6_440_512,
  },
  input: { width: 256, height: 256, range: [0, 1] },
};

/** People as one mask, from a picture stretched to a square. */
export const selfieSegmentation: TfliteNetwork = {
  source: {
    npm: "@mediapipe/selfie_segmentation",
    file: "selfie_segmentation.tflite",
    sha256: "8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27",
    bytes: 249_024,
  },
  input: { width: 256, height: 256, range: [0, 1] },
};
