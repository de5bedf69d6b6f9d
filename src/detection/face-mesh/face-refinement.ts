import type { FaceRefinement } from "../../contracts/manifest.ts";

/*
 * What the outputs of a network with attention number: the point of the mesh that each of their points is.
 * From MediaPipe's tensors_to_face_landmarks_with_attention; right and left are the person's own, where MediaPipe
 * says the opposite of these outputs.
 */

/** Outer edge, inner edge, and two lines between them; each below and then above without its corners. */
const LIPS = [
  61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409, 78, 95, 88, 178,
  87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415, 76, 77, 90, 180, 85, 16, 315, 404,
  320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408, 62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292,
  183, 42, 41, 38, 12, 268, 271, 272, 407,
];

/** The lids, and the lines around them as far as the brow and the cheek. */
const RIGHT_EYE = [
  33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173, 130, 25, 110, 24, 23, 22, 26,
  112, 243, 247, 30, 29, 27, 28, 56, 190, 226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222,
  221, 189, 35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245, 156, 70, 63, 105, 66, 107,
  55, 193,
];
const LEFT_EYE = [
  263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398, 359, 255, 339, 254, 253,
  252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414, 446, 261, 448, 449, 450, 451, 452, 453, 464, 342,
  445, 444, 443, 442, 441, 413, 265, 353, 276, 283, 282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465,
  383, 300, 293, 334, 296, 336, 285, 417,
];
/** The first of an eye's points go around the lids. */
const LID_POINTS = 16;

interface Refinement {
  readonly points: readonly number[];
  /** The mesh knows no depth of these points: they take the mean depth of others. */
  readonly depthOf?: readonly number[];
}

export const FACE_REFINEMENTS: { readonly [Name in FaceRefinement]: Refinement } = {
  lips: { points: LIPS },
  rightEye: { points: RIGHT_EYE },
  leftEye: { points: LEFT_EYE },
  // The centre of the iris, then four points of its edge.
  rightIris: { points: [468, 469, 470, 471, 472], depthOf: RIGHT_EYE.slice(0, LID_POINTS) },
  leftIris: { points: [473, 474, 475, 476, 477], depthOf: LEFT_EYE.slice(0, LID_POINTS) },
};

/**
 * Puts what a refinement's output knows better into the mesh.
 * @param mesh x, y, depth of each point, in pixels of the network's input
 * @param pairs x, y of each of the refinement's points
 */
export function refineMesh(mesh: Float32Array, name: FaceRefinement, pairs: Float32Array): void {
  const { points, depthOf } = FACE_REFINEMENTS[name];
  for (const [at, point] of points.entries()) mesh.set(pairs.subarray(2 * at, 2 * at + 2), 3 * point);
  if (depthOf === undefined) return;
  const depth = depthOf.reduce((sum, point) => sum + (mesh[3 * point + 2] as number), 0) / depthOf.length;
  for (const point of points) mesh[3 * point + 2] = depth;
}
