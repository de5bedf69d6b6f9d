import type { Point } from "../../contracts/detection.ts";
import type { DetectorManifest, FaceMeshPipeline } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import type { Candidate } from "../candidate.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { distinctRegions } from "../distinct-regions.ts";
import { startFindClock } from "../find-clock.ts";
import type { Finder } from "../finder.ts";
import { angleOf, type Region, regionOf } from "../region.ts";
import { createRegionNetwork } from "../region-network.ts";
import { createSsdFinder } from "../ssd-finder.ts";
import { stageThresholds } from "../stage-thresholds.ts";
import { type FaceMesh, readFaceMesh } from "./face-mesh.ts";
import { EYE_CORNERS } from "./face-points.ts";
import { faceShapes } from "./face-shapes.ts";

/** Regions that overlap more than this show one face (MediaPipe's face_landmark graphs). */
const SAME_FACE_OVERLAP = 0.5;

/** A face of the first stage. */
interface Face extends Candidate {
  readonly region: Region;
}

/**
 * Faces, then the points of each within the region around it; a find is one face's features. Its box is the one
 * around the features' points, its keypoints are those of the first stage, its score is the product of both stages'.
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
    keypoints: [...face.keypoints],
    landmarks: [...points],
    roll: rollOf(points),
    stages: { detector: face.score, presence },
  });
  return {
    threshold: own.detector * own.presence,
    async find(picture, options) {
      const clock = startFindClock();
      const { signal, confidence } = options;
      const least = stageThresholds(own, confidence);
      const candidates = await finder.find(picture, { ...options, confidence: least.detector }, clock);
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

/** Degrees by which the line between the outer corners of the eyes is turned clockwise, as seen. */
function rollOf(points: FaceMesh["points"]): number {
  const [right, left] = EYE_CORNERS.map((corner): Point => {
    const [x, y] = points[corner] ?? [0, 0];
    return [x, y];
  });
  return right === undefined || left === undefined ? 0 : (angleOf(right, left, 0) * 180) / Math.PI;
}
