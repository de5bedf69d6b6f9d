import type { Point } from "../contracts/detection.ts";

/**
 * A closed outline with fewer points, each one of the given ones, no given point farther than `tolerance` pixels from it
 * (Douglas and Peucker, 1973). It is cut open where that changes least: at two points far from each other.
 */
export function simplifyOutline(points: readonly Point[], tolerance: number): Point[] {
  const [origin] = points;
  if (origin === undefined || points.length <= 4) return [...points];
  const start = farthestFrom(origin, points);
  const turned = [...points.slice(start), ...points.slice(0, start)];
  const ring = [...turned, turned[0] as Point];
  const kept = new Uint8Array(ring.length);
  const middle = farthestFrom(ring[0] as Point, ring);
  const spans: [number, number][] = [
    [0, middle],
    [middle, ring.length - 1],
  ];
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [from, to] = span;
    kept[from] = 1;
    const worst = worstOf(ring, from, to);
    if (worst.distance > tolerance) spans.push([from, worst.at], [worst.at, to]);
  }
  return turned.filter((_, at) => kept[at] === 1);
}

function farthestFrom([x, y]: Point, points: readonly Point[]): number {
  const distances = points.map(([otherX, otherY]) => (otherX - x) ** 2 + (otherY - y) ** 2);
  return distances.reduce((best, distance, at) => (distance > (distances[best] as number) ? at : best), 0);
}

/** The point between two others that lies farthest from the line between them. */
function worstOf(ring: readonly Point[], from: number, to: number): { at: number; distance: number } {
  const [x0, y0] = ring[from] as Point;
  const [x1, y1] = ring[to] as Point;
  const squaredLength = (x1 - x0) ** 2 + (y1 - y0) ** 2;
  let worst = { at: from, distance: 0 };
  for (let at = from + 1; at < to; at++) {
    const [x, y] = ring[at] as Point;
    const along = squaredLength === 0 ? 0 : ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / squaredLength;
    const share = Math.max(0, Math.min(1, along));
    const distance = Math.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0));
    if (distance > worst.distance) worst = { at, distance };
  }
  return worst;
}
