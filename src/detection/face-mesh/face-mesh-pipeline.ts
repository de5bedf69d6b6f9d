import type { DetectorManifest, FaceMeshPipeline } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { startFindClock } from "../find-clock.ts";
import type { Finder } from "../finder.ts";
import { pointsInPicture } from "../sampling/region-points.ts";
import { distinctRegions } from "../stages/distinct-regions.ts";
import { openStages } from "../stages/open-stages.ts";
import type { FirstFind } from "../stages/region-look.ts";
import { faceKeypoints, faceRoll, faceShapes } from "./face-shapes.ts";
import { type FaceMesh, meshLook } from "./mesh-look.ts";

/** Regions that overlap more than this show one face (MediaPipe's face_landmark graphs). */
const SAME_FACE_OVERLAP = 0.5;

/** Regions in which a face that only tiles show must be seen as well: in larger ones real faces are lost. */
const DISTANCES = [0.8, 1.15] as const;

/**
 * Faces, then the points of each within the region around it; a find is one face's features. Its box is the one
 * around the features' points, its keypoints are those of a face detector, its score is the product of both stages'.
 */
export async function createFaceMeshPipeline(
  { id, detects }: Pick<DetectorManifest, "id" | "detects">,
  pipeline: FaceMeshPipeline,
  runtime: DetectionRuntime,
): Promise<Finder> {
  const { detector, features } = pipeline;
  const stages = await openStages(id, pipeline, runtime);
  const describe = (face: FirstFind, { presence, values }: FaceMesh): Found & { score: number } => {
    const layout = { count: values.length / 3, stride: 3, inputSize: pipeline.landmarks.input.width };
    const points = pointsInPicture(values, layout, face.region);
    return {
      ...faceShapes(points, features),
      score: face.score * presence,
      label: detects,
      keypoints: faceKeypoints(points),
      landmarks: points,
      roll: faceRoll(points),
      stages: { detector: face.score, presence },
    };
  };
  return {
    threshold: stages.threshold,
    async find(picture, options) {
      const clock = startFindClock();
      const { signal, confidence } = options;
      const least = stages.thresholdsAt(confidence);
      // Found apart, so that no doubtful box moves a sure one: a lower confidence adds faces and changes none.
      const finds: FirstFind[] = [];
      for (const threshold of new Set([detector.decoder.threshold, least.detector])) {
        finds.push(...(await stages.findFirst(picture, { ...options, confidence: threshold }, clock)));
      }
      const faces = distinctRegions(finds, SAME_FACE_OVERLAP);
      const meshes = await stages.lookCloser(picture, faces, {
        clock,
        signal,
        look: meshLook,
        rule: pipeline,
        distances: DISTANCES,
        presenceOf: ({ presence }) => presence,
      });
      const detections = clock.time("postprocess", () =>
        meshes
          .filter(({ result }) => result.presence > least.presence)
          .map(({ find, result }) => describe(find, result)),
      );
      const counting = detections.filter(({ score }) => score > confidence);
      return { detections: counting.sort((a, b) => b.score - a.score), ms: clock.ms };
    },
  };
}
