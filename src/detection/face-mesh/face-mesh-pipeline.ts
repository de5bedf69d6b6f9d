import type { DetectorManifest, FaceMeshPipeline } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { startFindClock } from "../find-clock.ts";
import type { Finder } from "../finder.ts";
import { type Region, regionOf } from "../sampling/region.ts";
import type { Candidate } from "../ssd/candidate.ts";
import { createSsdFinder } from "../ssd/ssd-finder.ts";
import { distinctRegions } from "../stages/distinct-regions.ts";
import { createRegionNetwork } from "../stages/region-network.ts";
import { stageThresholds } from "../stages/stage-thresholds.ts";
import { type FaceMesh, readFaceMesh } from "./face-mesh.ts";
import { faceKeypoints, faceRoll, faceShapes } from "./face-shapes.ts";

/** Regions that overlap more than this show one face (MediaPipe's face_landmark graphs). */
const SAME_FACE_OVERLAP = 0.5;

/** A face of the first stage. */
interface Face extends Candidate {
  readonly region: Region;
}

/**
 * Faces, then the points of each within the region around it; a find is one face's features. Its box is the one
 * around the features' points, its keypoints are those of a face detector, its score is the product of both stages'.
 */
export async function createFaceMeshPipeline(
  { id, detects }: Pick<DetectorManifest, "id" | "detects">,
  pipeline: FaceMeshPipeline,
  runtime: DetectionRuntime,
): Promise<Finder> {
  const { detector, landmarks, features } = pipeline;
  const finder = await createSsdFinder(id, detector, runtime);
  const network = await createRegionNetwork(id, landmarks, runtime);
  const own = { detector: detector.decoder.threshold, presence: pipeline.presence };
  const describe = (face: Face, { presence, points }: FaceMesh): Found & { score: number } => ({
    ...faceShapes(points, features),
    score: face.score * presence,
    label: detects,
    keypoints: faceKeypoints(points),
    landmarks: [...points],
    roll: faceRoll(points),
    stages: { detector: face.score, presence },
  });
  return {
    threshold: own.detector * own.presence,
    async find(picture, options) {
      const clock = startFindClock();
      const { signal, confidence } = options;
      const least = stageThresholds(own, confidence);
      // Found apart, so that no doubtful box moves a sure one: a lower confidence adds faces and changes none.
      const candidates: Candidate[] = [];
      for (const threshold of new Set([own.detector, least.detector])) {
        candidates.push(...(await finder.find(picture, { ...options, confidence: threshold }, clock)));
      }
      const faces = distinctRegions(
        candidates.map((candidate): Face => ({ ...candidate, region: regionOf(candidate, pipeline.region) })),
        SAME_FACE_OVERLAP,
      );
      const meshes = await network.look(picture, faces, {
        clock,
        signal,
        read: (output, { region }) => readFaceMesh(output, pipeline, region),
      });
      const detections = faces.flatMap((face, at) => {
        const seen = meshes[at];
        return seen !== undefined && seen.presence > least.presence ? [describe(face, seen)] : [];
      });
      const counting = detections.filter(({ score }) => score > confidence);
      return { detections: counting.sort((a, b) => b.score - a.score), ms: clock.ms };
    },
  };
}
