import { findDistances } from "./distance-transform.ts";
import { INSIDE, rasterizeShape, type Shape, shapeBounds } from "./mask-shape.ts";
import type { PixelBox, Size } from "./raster.ts";

/** The mask of one shape, only where it is not 0. */
export interface Stamp {
  readonly window: PixelBox;
  /** Row-major 8-bit levels of the window. */
  readonly levels: Uint8Array;
}

/**
 * One shape's mask: grown or shrunk by `padding` pixels of Euclidean distance, then faded to 0 over `blur` pixels wholly
 * outside. Null where nothing of it is left in the image. What lies beyond the image counts neither as shape nor as
 * outside: a face cut off by the picture's edge does not shrink away from that edge.
 */
export function paintShape(shape: Shape, image: Size, padding: number, blur: number): Stamp | null {
  const bounds = shapeBounds(shape, image);
  if (bounds === null) return null;
  const window = growWithin(bounds, Math.max(1, Math.max(0, padding) + blur), image);
  const width = window.x1 - window.x0;
  const height = window.y1 - window.y0;
  const levels = new Uint8Array(width * height);
  rasterizeShape(shape, window, levels);
  if (padding > 0) dilate(levels, width, height, padding);
  if (padding < 0) erode(levels, width, height, -padding);
  if (!levels.includes(INSIDE)) return null;
  if (blur > 0) fade(levels, width, height, blur);
  return { window, levels };
}

function growWithin({ x0, y0, x1, y1 }: PixelBox, by: number, image: Size): PixelBox {
  return {
    x0: Math.max(0, x0 - by),
    y0: Math.max(0, y0 - by),
    x1: Math.min(image.width, x1 + by),
    y1: Math.min(image.height, y1 + by),
  };
}

function dilate(levels: Uint8Array, width: number, height: number, radius: number): void {
  const { gaps, squared } = findDistances(levels, width, height, radius);
  const reach = radius * radius;
  for (let g = 0; g < gaps.length; g += 3) {
    const line = (gaps[g] as number) * width;
    for (let i = line + (gaps[g + 1] as number); i < line + (gaps[g + 2] as number); i++) {
      if ((squared[i] as number) <= reach) levels[i] = INSIDE;
    }
  }
}

function erode(levels: Uint8Array, width: number, height: number, radius: number): void {
  const { squared } = findDistances(
    levels.map((level) => INSIDE - level),
    width,
    height,
    radius,
  );
  const reach = radius * radius;
  for (let i = 0; i < levels.length; i++) if ((squared[i] as number) <= reach) levels[i] = 0;
}

function fade(levels: Uint8Array, width: number, height: number, blur: number): void {
  const table = fadeTable(blur);
  const { gaps, squared } = findDistances(levels, width, height, blur);
  for (let g = 0; g < gaps.length; g += 3) {
    const line = (gaps[g] as number) * width;
    for (let i = line + (gaps[g + 1] as number); i < line + (gaps[g + 2] as number); i++) {
      const distance = squared[i] as number;
      if (distance < table.length) levels[i] = table[distance] as number;
    }
  }
}

const tables = new Map<number, Uint8Array>();

/** Level by squared distance: smoothstep(1 - d / (blur + 1)), never 0 within `blur`, 255 at distance 0. */
function fadeTable(blur: number): Uint8Array {
  const known = tables.get(blur);
  if (known !== undefined) return known;
  const table = Uint8Array.from({ length: blur * blur + 1 }, (_, squared) => {
    const t = 1 - Math.sqrt(squared) / (blur + 1);
    return Math.max(1, Math.round(255 * t * t * (3 - 2 * t)));
  });
  if (tables.size > 16) tables.clear();
  tables.set(blur, table);
  return table;
}
