import type { FaceFeature } from "../../contracts/manifest.ts";

/*
 * Which points of MediaPipe's face mesh are what. Right and left are the person's own. Facts from MediaPipe's
 * face_mesh_connections and tensors_to_face_landmarks_with_attention.
 */

/** Points of the plain mesh; networks with attention add five for each iris. */
export const MESH_POINTS = 468;

/** Along the lids, from the outer corner below to the inner corner, and back above. */
const RIGHT_EYE = [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246];
const LEFT_EYE = [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466];

/** The outer edge: from the right corner along the lower lip to the left one, and back above. */
const LIPS = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185];
const INNER_LIPS = [
  78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191,
];

/** Bridge, tip, wings and nostrils: no closed line. */
const NOSE = [
  1, 2, 4, 5, 6, 19, 45, 48, 64, 94, 97, 98, 115, 168, 195, 197, 220, 275, 278, 294, 326, 327, 344, 440,
];

/** From the top of the forehead along the left cheek to the chin, and back along the right one. */
const OVAL = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
  150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/** A part of a face in one piece. */
export interface FacePart {
  /** Points whose hull the part is; absent = all points of the mesh. */
  readonly points?: readonly number[];
  /** The closed line around it, in order; absent = its hull. */
  readonly outline?: readonly number[];
}

export const FACE_PARTS: { readonly [Feature in FaceFeature]: readonly FacePart[] } = {
  face: [{ outline: OVAL }],
  eyes: [
    { points: RIGHT_EYE, outline: RIGHT_EYE },
    { points: LEFT_EYE, outline: LEFT_EYE },
  ],
  lips: [{ points: [...LIPS, ...INNER_LIPS], outline: LIPS }],
  nose: [{ points: NOSE }],
};

/** The six keypoints of the face detectors, in their order: each is the mean of these points. */
export const FACE_KEYPOINTS: readonly (readonly number[])[] = [
  RIGHT_EYE,
  LEFT_EYE,
  // Tip of the nose, middle of the mouth, right and left ear.
  [4],
  [13, 14],
  [234],
  [454],
];

/** The outer corners of the right and the left eye: level where the face is upright. */
export const EYE_CORNERS: readonly [number, number] = [33, 263];
