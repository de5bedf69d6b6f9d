import type { Box, Point } from "../../contracts/detection.ts";
import type { Candidate } from "./candidate.ts";

/**
 * MediaPipe's weighted non-maximum suppression: the best candidate takes all that overlap it by more than
 * `overlap` (intersection over union); box and keypoints become the mean of the group weighted by score, the
 * best score is kept. Repeated with the rest; the result is in falling order of score.
 */
export function suppressWeighted(candidates: readonly Candidate[], overlap: number): Candidate[] {
  let rest = [...candidates].sort((a, b) => b.score - a.score);
  const merged: Candidate[] = [];
  for (let best = rest[0]; best !== undefined; best = rest[0]) {
    const { box } = best;
    const group = rest.filter((candidate) => intersectionOverUnion(box, candidate.box) > overlap);
    // A box without area overlaps nothing, not even itself.
    const members = new Set(group.length === 0 ? [best] : group);
    merged.push(meanOf([...members], best));
    rest = rest.filter((candidate) => !members.has(candidate));
  }
  return merged;
}

function meanOf(group: readonly Candidate[], best: Candidate): Candidate {
  if (group.length === 1) return best;
  const total = group.reduce((sum, candidate) => sum + candidate.score, 0);
  const mean = (read: (candidate: Candidate) => number): number =>
    group.reduce((sum, candidate) => sum + candidate.score * read(candidate), 0) / total;
  const box: Box = [
    mean((candidate) => candidate.box[0]),
    mean((candidate) => candidate.box[1]),
    mean((candidate) => candidate.box[2]),
    mean((candidate) => candidate.box[3]),
  ];
  const keypoints = best.keypoints.map(
    (_, point): Point => [
      mean((candidate) => candidate.keypoints[point]?.[0] ?? 0),
      mean((candidate) => candidate.keypoints[point]?.[1] ?? 0),
    ],
  );
  return { box, score: best.score, keypoints };
}

export function intersectionOverUnion(a: Box, b: Box): number {
  const intersection = intersectionOf(a, b);
  return intersection === 0 ? 0 : intersection / (areaOf(a) + areaOf(b) - intersection);
}

/** The share of the smaller box that lies within the other, 0–1. */
export function coverage(a: Box, b: Box): number {
  const intersection = intersectionOf(a, b);
  return intersection === 0 ? 0 : intersection / Math.min(areaOf(a), areaOf(b));
}

function intersectionOf(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width <= 0 || height <= 0 ? 0 : width * height;
}

function areaOf([x0, y0, x1, y1]: Box): number {
  return (x1 - x0) * (y1 - y0);
}
