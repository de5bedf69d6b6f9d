import type { FaceMeshPipeline, FaceRefinement } from "../../contracts/manifest.ts";
import { sigmoid } from "../sigmoid.ts";
import { defineRegionLook, type ReadOutput } from "../stages/region-look.ts";
import { MESH_POINTS } from "./face-points.ts";
import { FACE_REFINEMENTS, refineMesh } from "./face-refinement.ts";

/** What the network sees in a region: points even where there is no face, so presence has to be asked. */
export interface FaceMesh {
  /** How sure the network is of a face, 0–1. */
  readonly presence: number;
  /** x, y and depth of each point, in pixels of the network's input: numbers in a row travel between threads faster than points do. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** The mesh of the face around a first find. */
export const meshLook = defineRegionLook(
  import.meta.url,
  "meshLook",
  (output, { rule: { outputs } }: { rule: FaceMeshPipeline }): FaceMesh => {
    const [flag = 0] = output(outputs.presence, 1);
    return { presence: sigmoid(flag), values: meshOf(output, outputs) };
  },
  ({ values }) => [values.buffer],
);

/** x, y and depth of each point in pixels of the network's input. */
function meshOf(
  output: ReadOutput,
  { landmarks, refinements = {} }: FaceMeshPipeline["outputs"],
): Float32Array<ArrayBuffer> {
  const names = Object.keys(refinements) as FaceRefinement[];
  const last = Math.max(MESH_POINTS - 1, ...names.flatMap((name) => FACE_REFINEMENTS[name].points));
  const mesh = new Float32Array((last + 1) * 3);
  mesh.set(output(landmarks, MESH_POINTS * 3));
  for (const [name, refined] of Object.entries(refinements) as [FaceRefinement, string][]) {
    refineMesh(mesh, name, output(refined, FACE_REFINEMENTS[name].points.length * 2));
  }
  return mesh;
}
