import type { Detection } from "../contracts/detection.ts";

/** Of pixels and degrees: a tenth of what tells our finds from those of the originals. */
const PLACE_DIGITS = 3;
const SHARE_DIGITS = 5;

/** Coordinates and angles with three decimals, scores and other shares with five. */
export function roundDetection(detection: Detection): Detection {
  const { box, score, keypoints, landmarks, polygon, polygons, visibility, roll, stages } = detection;
  return {
    ...detection,
    box: place(box),
    score: score === null ? null : share(score),
    ...(keypoints === undefined ? {} : { keypoints: keypoints.map(place) }),
    ...(landmarks === undefined ? {} : { landmarks: landmarks.map(place) }),
    ...(polygon === undefined ? {} : { polygon: polygon.map(place) }),
    ...(polygons === undefined ? {} : { polygons: polygons.map((outline) => outline.map(place)) }),
    ...(visibility === undefined ? {} : { visibility: visibility.map(share) }),
    ...(roll === undefined ? {} : { roll: roundTo(roll, PLACE_DIGITS) }),
    ...(stages === undefined
      ? {}
      : { stages: { detector: share(stages.detector), presence: share(stages.presence) } }),
  };
}

function place<Tuple extends readonly number[]>(point: Tuple): Tuple {
  return point.map((value) => roundTo(value, PLACE_DIGITS)) as unknown as Tuple;
}

function share(value: number): number {
  return roundTo(value, SHARE_DIGITS);
}

function roundTo(value: number, digits: number): number {
  const factor = 10 ** digits;
  // Never -0, which JSON would write as 0 and a comparison would call different.
  return Math.round(value * factor) / factor + 0;
}
