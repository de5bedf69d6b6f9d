import type { DetectorManifest, Pipeline } from "../contracts/manifest.ts";
import type { DetectionRuntime } from "./detection-runtime.ts";
import { createFaceMeshPipeline } from "./face-mesh/face-mesh-pipeline.ts";
import type { Finder } from "./finder.ts";
import { createHandPipeline } from "./people/hand-pipeline.ts";
import { createPosePipeline } from "./people/pose-pipeline.ts";
import { createSelfiePipeline } from "./people/selfie-pipeline.ts";
import { sharePixels } from "./sampling/shared-pixels.ts";
import { createSsdPipeline } from "./ssd/ssd-pipeline.ts";
import { createYoloPipeline } from "./yolo/yolo-pipeline.ts";

/** Makes the pipeline of one kind; converts the weights of its networks if need be. */
type CreatePipeline<Kind extends Pipeline["kind"]> = (
  manifest: Pick<DetectorManifest, "id" | "detects">,
  pipeline: Extract<Pipeline, { kind: Kind }>,
  runtime: DetectionRuntime,
) => Promise<Finder>;

/** One row for each family of models. */
const PIPELINES: { readonly [Kind in Pipeline["kind"]]: CreatePipeline<Kind> } = {
  ssd: createSsdPipeline,
  yolo: createYoloPipeline,
  hand: createHandPipeline,
  pose: createPosePipeline,
  selfie: createSelfiePipeline,
  "face-mesh": createFaceMeshPipeline,
};

export async function createPipeline(manifest: DetectorManifest, runtime: DetectionRuntime): Promise<Finder> {
  const finder = await createOfKind(manifest, manifest.pipeline.kind, runtime);
  return { ...finder, find: (picture, options) => finder.find(sharePixels(picture), options) };
}

/** Ties the kind of the row to the kind of the pipeline, which the table alone cannot. */
function createOfKind<Kind extends Pipeline["kind"]>(
  manifest: DetectorManifest,
  kind: Kind,
  runtime: DetectionRuntime,
): Promise<Finder> {
  return PIPELINES[kind](manifest, manifest.pipeline as Extract<Pipeline, { kind: Kind }>, runtime);
}
