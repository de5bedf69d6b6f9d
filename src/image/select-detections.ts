import type { Detection } from "../contracts/detection.ts";
import type { Selection, Sort } from "../contracts/tasks.ts";
import type { Size } from "./raster.ts";

/** A selection whose `where` has been compiled; it is given the detection and its 1-based number as detected. */
export type CompiledSelection = Omit<Selection, "where"> & {
  readonly where?: (detection: Detection, index: number) => boolean;
};

/**
 * The detections that count: score above `confidence` (those without a score pass), class, share of the image's area
 * (inclusive bounds), `where`; then sorted and taken. Without `sort` they keep the detector's order. The detections are
 * passed on whole, so that box, score and mask can never belong to different ones.
 */
export function selectDetections<D extends Detection>(
  detections: readonly D[],
  image: Size,
  selection: CompiledSelection,
  confidence = 0,
): D[] {
  const { classes, minArea = 0, maxArea = Number.POSITIVE_INFINITY, where, sort, take } = selection;
  const kept = detections.filter((detection, i) => {
    const { score, label } = detection;
    const share = areaOf(detection) / (image.width * image.height);
    return (
      (score === null || score > confidence) &&
      (classes?.include === undefined || classes.include.includes(label)) &&
      !classes?.exclude?.includes(label) &&
      share >= minArea &&
      share <= maxArea &&
      (where === undefined || where(detection, i + 1))
    );
  });
  if (sort !== undefined) sortBy(kept, SORT_KEYS[sort](image));
  return pick(kept, take);
}

const areaOf = ({ box: [x0, y0, x1, y1] }: Detection): number => Math.max(0, x1 - x0) * Math.max(0, y1 - y0);
const centreX = ({ box: [x0, , x1] }: Detection): number => (x0 + x1) / 2;
const centreY = ({ box: [, y0, , y1] }: Detection): number => (y0 + y1) / 2;

/** What each order compares, smallest first; equal ones keep their order. */
const SORT_KEYS: Record<Sort, (image: Size) => (detection: Detection) => number> = {
  confidence: () => (detection) => -(detection.score ?? Number.NEGATIVE_INFINITY),
  area: () => (detection) => -areaOf(detection),
  leftToRight: () => centreX,
  rightToLeft: () => (detection) => -centreX(detection),
  topToBottom: () => centreY,
  centerToEdge:
    ({ width, height }) =>
    (detection) =>
      Math.hypot(centreX(detection) - width / 2, centreY(detection) - height / 2),
};

function sortBy<D extends Detection>(detections: D[], key: (detection: Detection) => number): void {
  detections.sort((a, b) => {
    const [keyA, keyB] = [key(a), key(b)];
    return keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
  });
}

/** The first k, or the 1-based picks in the order they are given; picks beyond the end find nothing. */
function pick<D>(detections: D[], take: Selection["take"]): D[] {
  if (take === undefined) return detections;
  if (typeof take === "number") return detections.slice(0, take);
  return [...new Set(take)].flatMap((number) => detections[number - 1] ?? []);
}
