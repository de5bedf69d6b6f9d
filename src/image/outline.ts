import type { Point } from "../contracts/detection.ts";
import { findComponents } from "./mask-components.ts";
import type { Shape } from "./mask-shape.ts";
import { simplifyOutline } from "./simplify-outline.ts";

/** Pixels that the outline may be away from the edge of the pixels, in a patch of up to TOLERATED_SIZE pixels. */
const TOLERANCE = 0.75;
/** Larger patches tolerate in proportion, so that an outline of any size is a few hundred points. */
const TOLERATED_SIZE = 600;

/**
 * The outer outline of a segmentation's largest part, in pixels of the upright image: clockwise as seen on the screen,
 * not closed (the last point is not the first again), free of the stairs of the pixels. Holes and smaller parts are
 * left out; empty where no pixel is set.
 */
export function outlineOf(patch: Extract<Shape, { kind: "patch" }>): Point[] {
  const { box, data } = patch;
  const [width, height] = [box.x1 - box.x0, box.y1 - box.y0];
  const [first, ...others] = findComponents({ width, height, data });
  if (first === undefined) return [];
  const largest = others.reduce((best, part) => (part.area > best.area ? part : best), first);
  const isInside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] !== 0;
  const edge = traceEdge(isInside, largest.runs[1] as number, largest.runs[0] as number);
  const size = Math.max(largest.box.x1 - largest.box.x0, largest.box.y1 - largest.box.y0);
  const outline = simplifyOutline(edge, TOLERANCE * Math.max(1, size / TOLERATED_SIZE));
  return outline.map(([x, y]): Point => [x + box.x0, y + box.y0]);
}

/**
 * Walks around a part along the edges of its pixels, the part to the right, from the left upper corner of its first
 * pixel in reading order: no other pixel of it touches that corner, so the walk is over when it is there again.
 * Yields the middle of each pixel edge: on a diagonal they lie on one line, where the corners would be stairs.
 */
function traceEdge(isInside: (x: number, y: number) => boolean, startX: number, startY: number): Point[] {
  const middles: Point[] = [];
  let [x, y] = [startX, startY];
  let [dx, dy] = [1, 0];
  do {
    middles.push([x + dx / 2, y + dy / 2]);
    x += dx;
    y += dy;
    // The pixel ahead on the side of each hand; corner (x, y) is the left upper one of pixel (x, y).
    const aheadLeft = isInside(x + (dx + dy - 1) / 2, y + (dy - dx - 1) / 2);
    const aheadRight = isInside(x + (dx - dy - 1) / 2, y + (dy + dx - 1) / 2);
    // Pixels that touch by a corner are one part, so a pixel on the left wins.
    if (aheadLeft) [dx, dy] = [dy, -dx];
    else if (!aheadRight) [dx, dy] = [-dy, dx];
  } while (x !== startX || y !== startY);
  return middles;
}
