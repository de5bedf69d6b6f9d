import type { Box, Point } from "../contracts/detection.ts";
import { convexHull } from "./convex-hull.ts";
import type { PixelBox, Size } from "./raster.ts";

/** The area of one detection, in pixels of the upright image. A pixel belongs to it where its centre does. */
export type Shape =
  | { readonly kind: "box"; readonly box: Box }
  /** The ellipse inscribed in the box. */
  | { readonly kind: "ellipse"; readonly box: Box }
  /** A closed outline; inside = non-zero winding. */
  | { readonly kind: "polygon"; readonly points: readonly Point[] }
  | { readonly kind: "hull"; readonly points: readonly Point[] }
  /** A segmentation: row-major pixels of `box`, non-zero = inside. */
  | { readonly kind: "patch"; readonly box: PixelBox; readonly data: Uint8Array }
  /** Several areas that are one detection, such as two eyes. */
  | { readonly kind: "parts"; readonly parts: readonly Shape[] };

/** Smallest whole-pixel box within the image that holds the shape; null where they do not meet. */
export function shapeBounds(shape: Shape, image: Size): PixelBox | null {
  const outer = outerBounds(shape);
  const box = {
    x0: Math.max(0, Math.floor(outer.x0)),
    y0: Math.max(0, Math.floor(outer.y0)),
    x1: Math.min(image.width, Math.ceil(outer.x1)),
    y1: Math.min(image.height, Math.ceil(outer.y1)),
  };
  return box.x0 < box.x1 && box.y0 < box.y1 ? box : null;
}

function outerBounds(shape: Shape): PixelBox {
  switch (shape.kind) {
    case "box":
    case "ellipse": {
      const [x0, y0, x1, y1] = shape.box;
      return { x0, y0, x1, y1 };
    }
    case "patch":
      return shape.box;
    case "polygon":
    case "hull":
      return shape.points.map(([x, y]) => ({ x0: x, y0: y, x1: x, y1: y })).reduce(unite, NOWHERE);
    case "parts":
      return shape.parts.map(outerBounds).reduce(unite, NOWHERE);
  }
}

const NOWHERE: PixelBox = {
  x0: Number.POSITIVE_INFINITY,
  y0: Number.POSITIVE_INFINITY,
  x1: Number.NEGATIVE_INFINITY,
  y1: Number.NEGATIVE_INFINITY,
};

const unite = (a: PixelBox, b: PixelBox): PixelBox => ({
  x0: Math.min(a.x0, b.x0),
  y0: Math.min(a.y0, b.y0),
  x1: Math.max(a.x1, b.x1),
  y1: Math.max(a.y1, b.y1),
});

/** The level of a pixel that belongs to a shape. */
export const INSIDE = 255;

/** Sets the pixels of the shape in `levels`, which covers `window` row by row. */
export function rasterizeShape(shape: Shape, window: PixelBox, levels: Uint8Array): void {
  switch (shape.kind) {
    case "box":
      fillRows(window, levels, boxSpan(shape.box));
      break;
    case "ellipse":
      fillRows(window, levels, ellipseSpan(shape.box));
      break;
    case "polygon":
      fillPolygon(shape.points, window, levels);
      break;
    case "hull":
      fillPolygon(convexHull(shape.points), window, levels);
      break;
    case "patch":
      fillPatch(shape.box, shape.data, window, levels);
      break;
    case "parts":
      for (const part of shape.parts) rasterizeShape(part, window, levels);
  }
}

/** First pixel whose centre lies at or after a coordinate. */
const firstPixel = (coordinate: number): number => Math.ceil(coordinate - 0.5);

/** The part [from, to) of the line through the pixel centres of a row; null where the row misses the shape. */
type Span = (centreY: number) => readonly [number, number] | null;

function boxSpan([x0, y0, x1, y1]: Box): Span {
  return (y) => (y >= y0 && y < y1 ? [x0, x1] : null);
}

function ellipseSpan([x0, y0, x1, y1]: Box): Span {
  const [centreX, centreY] = [(x0 + x1) / 2, (y0 + y1) / 2];
  const [radiusX, radiusY] = [(x1 - x0) / 2, (y1 - y0) / 2];
  return (y) => {
    const rest = 1 - ((y - centreY) / radiusY) ** 2;
    if (!(rest > 0)) return null;
    const half = radiusX * Math.sqrt(rest);
    return [centreX - half, centreX + half];
  };
}

function fillRows(window: PixelBox, levels: Uint8Array, span: Span): void {
  for (let y = window.y0; y < window.y1; y++) {
    const part = span(y + 0.5);
    if (part !== null) fillSpan(window, levels, y, part[0], part[1]);
  }
}

function fillSpan(window: PixelBox, levels: Uint8Array, y: number, from: number, to: number): void {
  const start = Math.max(window.x0, firstPixel(from));
  const end = Math.min(window.x1, firstPixel(to));
  const line = (y - window.y0) * (window.x1 - window.x0) - window.x0;
  if (start < end) levels.fill(INSIDE, line + start, line + end);
}

function fillPolygon(points: readonly Point[], window: PixelBox, levels: Uint8Array): void {
  for (let y = window.y0; y < window.y1; y++) {
    const crossings = crossingsAt(points, y + 0.5).sort((a, b) => a.x - b.x);
    let winding = 0;
    for (const [i, { x, turn }] of crossings.entries()) {
      const next = crossings[i + 1];
      winding += turn;
      if (winding !== 0 && next !== undefined) fillSpan(window, levels, y, x, next.x);
    }
  }
}

/** Where the outline crosses a horizontal line; an edge owns its upper end, so that corners count once. */
function crossingsAt(points: readonly Point[], y: number): { x: number; turn: 1 | -1 }[] {
  const crossings: { x: number; turn: 1 | -1 }[] = [];
  for (const [i, [x0, y0]] of points.entries()) {
    const [x1, y1] = points[(i + 1) % points.length] as Point;
    if (y0 <= y === y1 <= y) continue;
    crossings.push({ x: x0 + ((y - y0) / (y1 - y0)) * (x1 - x0), turn: y1 > y0 ? 1 : -1 });
  }
  return crossings;
}

function fillPatch(box: PixelBox, data: Uint8Array, window: PixelBox, levels: Uint8Array): void {
  const width = box.x1 - box.x0;
  for (let y = Math.max(box.y0, window.y0); y < Math.min(box.y1, window.y1); y++) {
    const line = (y - window.y0) * (window.x1 - window.x0) - window.x0;
    for (let x = Math.max(box.x0, window.x0); x < Math.min(box.x1, window.x1); x++) {
      if (data[(y - box.y0) * width + x - box.x0] !== 0) levels[line + x] = INSIDE;
    }
  }
}
