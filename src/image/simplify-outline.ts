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
    if (worst.squared > tolerance ** 2) spans.push([from, worst.at], [worst.at, to]);
  }
  return turned.filter((_, at) => kept[at] === 1);
}

function farthestFrom(origin: Point, points: readonly Point[]): number {
  let farthest = 0;
  let most = 0;
  for (let at = 0; at < points.length; at++) {
    const point = points[at] as Point;
    const squared = (point[0] - origin[0]) ** 2 + (point[1] - origin[1]) ** 2;
    if (squared <= most) continue;
    most = squared;
    farthest = at;
  }
  return farthest;
}

/** The point between two others that lies farthest from the line between them, and the square of how far. */
function worstOf(ring: readonly Point[], from: number, to: number): { at: number; squared: number } {
  const [startX, startY] = ring[from] as Point;
  const [endX, endY] = ring[to] as Point;
  const alongX = endX - startX;
  const alongY = endY - startY;
  const squaredLength = alongX ** 2 + alongY ** 2;
  const scale = squaredLength === 0 ? 0 : 1 / squaredLength;
  const worst = { at: from, squared: 0 };
  for (let at = from + 1; at < to; at++) {
    const point = ring[at] as Point;
    const x = point[0] - startX;
    const y = point[1] - startY;
    const share = Math.max(0, Math.min(1, (x * alongX + y * alongY) * scale));
    const squared = (x - share * alongX) ** 2 + (y - share * alongY) ** 2;
    if (squared <= worst.squared) continue;
    worst.at = at;
    worst.squared = squared;
  }
  return worst;
}
