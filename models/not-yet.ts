/** A detector of the Image Masking API that this version knows by name but cannot run yet. */
export interface PlannedDetector {
  readonly id: string;
  readonly air: string;
  readonly slug: string;
}

/** A detector that becomes available leaves this list. */
export const plannedDetectors: readonly PlannedDetector[] = [
  { air: "runware:35@8", id: "mediapipe_face_mesh", slug: "mediapipe-face-mesh" },
  { air: "runware:35@9", id: "mediapipe_face_mesh_eyes_only", slug: "mediapipe-face-mesh-eyes-only" },
  { air: "runware:35@10", id: "eyes_lips_mesh", slug: "mediapipe-eyes-lips-mesh" },
  { air: "runware:35@11", id: "nose_eyes_mesh", slug: "mediapipe-nose-eyes-mesh" },
  { air: "runware:35@12", id: "nose_lips_mesh", slug: "mediapipe-nose-lips-mesh" },
  { air: "runware:35@13", id: "nose_mesh_mediapipe", slug: "mediapipe-nose-mesh" },
  { air: "runware:35@14", id: "lips_mesh_mediapipe", slug: "mediapipe-lips-mesh" },
  { air: "runware:35@15", id: "eyes_mesh_mediapipe", slug: "mediapipe-eyes-mesh" },
];
