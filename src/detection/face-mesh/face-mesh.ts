import type { Point3 } from "../../contracts/detection.ts";
import type { FaceMeshPipeline, FaceRefinement } from "../../contracts/manifest.ts";
import type { Region } from "../sampling/region.ts";
import { pointsInPicture } from "../sampling/region-points.ts";
import { sigmoid } from "../sigmoid.ts";
import type { ReadOutput } from "../stages/region-network.ts";
import { MESH_POINTS } from "./face-points.ts";
import { FACE_REFINEMENTS, refineMesh } from "./face-refinement.ts";

/** What the network sees in a region: points even where there is no face, so presence has to be asked. */
export interface FaceMesh {
  /** How sure the network is of a face, 0–1. */
  readonly presence: number;
  /** In pixels of the picture; depth in the same unit, smaller = nearer, 0 about the middle of the head. */
  readonly points: readonly Point3[];
}

export function readFaceMesh(
  output: ReadOutput,
  { outputs, landmarks: { input } }: Pick<FaceMeshPipeline, "outputs" | "landmarks">,
  region: Region,
): FaceMesh {
  const [flag = 0] = output(outputs.presence, 1);
  const values = meshOf(output, outputs);
  const layout = { count: values.length / 3, stride: 3, inputSize: input.width };
  return { presence: sigmoid(flag), points: pointsInPicture(values, layout, region) };
}

/** x, y and depth of each point in pixels of the network's input. */
function meshOf(
  output: ReadOutput,
  { landmarks, refinements = {} }: FaceMeshPipeline["outputs"],
): Float32Array {
  const names = Object.keys(refinements) as FaceRefinement[];
  const last = Math.max(MESH_POINTS - 1, ...names.flatMap((name) => FACE_REFINEMENTS[name].points));
  const mesh = new Float32Array((last + 1) * 3);
  mesh.set(output(landmarks, MESH_POINTS * 3));
  for (const [name, refined] of Object.entries(refinements) as [FaceRefinement, string][]) {
    refineMesh(mesh, name, output(refined, FACE_REFINEMENTS[name].points.length * 2));
  }
  return mesh;
}
