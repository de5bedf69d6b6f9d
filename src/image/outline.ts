import type { Point } from "../contracts/detection.ts";
import { findComponents, type MaskComponent } from "./mask-components.ts";
import type { Shape } from "./mask-shape.ts";
import type { PixelBox } from "./raster.ts";
import { simplifyOutline } from "./simplify-outline.ts";

/** Pixels that the outline may be away from the edge of the pixels, in a patch of up to TOLERATED_SIZE pixels. */
const TOLERANCE = 0.75;
/** Larger patches tolerate in proportion, so that an outline of any size is a few hundred points. */
const TOLERATED_SIZE = 600;

type Patch = Extract<Shape, { kind: "patch" }>;

/** Parts smaller than this share of the largest are specks, not parts of the thing. */
const SPECK = 0.02;

/** What JSON can say of a segmentation. */
export interface SegmentationOutline {
  /** Around all parts but specks, in whole pixels of the upright image. */
  readonly box: PixelBox;
  /** See `outlineOf`. */
  readonly polygon: Point[];
}

/** Null where no pixel is set. */
export function describePatch(patch: Patch): SegmentationOutline | null {
  const parts = partsOf(patch);
  const [largest] = parts;
  if (largest === undefined) return null;
  const { x0, y0 } = patch.box;
  // A mask of dots has hundreds of thousands of parts, more than a call takes arguments.
  const main = parts
    .filter((part) => part.area >= SPECK * largest.area)
    .map((part) => part.box)
    .reduce(around);
  return {
    box: { x0: x0 + main.x0, y0: y0 + main.y0, x1: x0 + main.x1, y1: y0 + main.y1 },
    polygon: outlineOfPart(patch, largest),
  };
}

/**
 * The outer outline of a segmentation's largest part, in pixels of the upright image: clockwise as seen on the screen,
 * not closed (the last point is not the first again), free of the stairs of the pixels. Holes and smaller parts are
 * left out; empty where no pixel is set.
 */
export function outlineOf(patch: Patch): Point[] {
  const [largest] = partsOf(patch);
  return largest === undefined ? [] : outlineOfPart(patch, largest);
}

function around(one: PixelBox, other: PixelBox): PixelBox {
  return {
    x0: Math.min(one.x0, other.x0),
    y0: Math.min(one.y0, other.y0),
    x1: Math.max(one.x1, other.x1),
    y1: Math.max(one.y1, other.y1),
  };
}

/** The largest first. */
function partsOf({ box, data }: Patch): MaskComponent[] {
  const parts = findComponents({ width: box.x1 - box.x0, height: box.y1 - box.y0, data });
  return parts.sort((a, b) => b.area - a.area);
}

function outlineOfPart({ box, data }: Patch, part: MaskComponent): Point[] {
  const [width, height] = [box.x1 - box.x0, box.y1 - box.y0];
  const isInside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] !== 0;
  const edge = traceEdge(isInside, part.runs[1] as number, part.runs[0] as number);
  const size = Math.max(part.box.x1 - part.box.x0, part.box.y1 - part.box.y0);
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
