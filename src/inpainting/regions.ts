import { findComponents, type MaskComponent } from "../image/mask-components.ts";
import { blankMask, type Mask, type PixelBox } from "../image/raster.ts";

/** A part of a mask that is repainted by itself: one component, and the specks that were joined to it. */
export interface Region {
  readonly box: PixelBox;
  /** Disjoint from every other region's: no pixel is ever written twice. */
  readonly components: readonly MaskComponent[];
}

export interface Regions {
  /** In reading order of their first pixels. */
  readonly regions: readonly Region[];
  /** Specks that belong to no region; their pixels are left as they are. */
  readonly dropped: readonly MaskComponent[];
}

/** Components below this many pixels are specks, not something to repaint by itself. */
export const SMALLEST_REGION_PIXELS = 16;

/**
 * Every component of the mask is a region; specks are joined to the nearest one whose box is at most `margin` pixels
 * away, or dropped.
 */
export function findRegions(mask: Mask, margin: number): Regions {
  const components = findComponents(mask);
  const large = components.filter(({ area }) => area >= SMALLEST_REGION_PIXELS);
  const joined = new Map<MaskComponent, MaskComponent[]>(large.map((component) => [component, []]));
  const dropped: MaskComponent[] = [];
  for (const speck of components) {
    if (speck.area >= SMALLEST_REGION_PIXELS) continue;
    const nearest = findNearest(speck, large, margin);
    if (nearest === null) dropped.push(speck);
    else joined.get(nearest)?.push(speck);
  }
  const regions = large.map((component) => {
    const members = [component, ...(joined.get(component) ?? [])];
    return { box: members.map(({ box }) => box).reduce(uniteBoxes), components: members };
  });
  return { regions, dropped };
}

/** Everything that is set, as one region; null where nothing is. */
export function wholeMaskRegion(mask: Mask): Region | null {
  const components = findComponents(mask);
  const [first] = components;
  if (first === undefined) return null;
  return {
    box: components.reduce((box, component) => uniteBoxes(box, component.box), first.box),
    components,
  };
}

function findNearest(
  speck: MaskComponent,
  candidates: readonly MaskComponent[],
  margin: number,
): MaskComponent | null {
  let nearest: MaskComponent | null = null;
  let shortest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = gapBetween(speck.box, candidate.box);
    if (distance <= margin && distance < shortest) {
      nearest = candidate;
      shortest = distance;
    }
  }
  return nearest;
}

/** Euclidean distance between the outermost pixels of two boxes; 0 where they overlap. */
function gapBetween(a: PixelBox, b: PixelBox): number {
  const x = Math.max(0, b.x0 - a.x1 + 1, a.x0 - b.x1 + 1);
  const y = Math.max(0, b.y0 - a.y1 + 1, a.y0 - b.y1 + 1);
  return Math.hypot(x, y);
}

function uniteBoxes(a: PixelBox, b: PixelBox): PixelBox {
  return {
    x0: Math.min(a.x0, b.x0),
    y0: Math.min(a.y0, b.y0),
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
  };
}

/**
 * The mask within `crop` with only this region's pixels. Beyond the image's edge the edge levels are repeated, as the
 * crop's samples are.
 */
export function cutRegionMask(mask: Mask, region: Region, crop: PixelBox): Mask {
  const cut = blankMask({ width: crop.x1 - crop.x0, height: crop.y1 - crop.y0 });
  for (const { runs } of region.components) {
    for (let i = 0; i < runs.length; i += 3) {
      const y = runs[i] as number;
      const from = Math.max(runs[i + 1] as number, crop.x0);
      const to = Math.min(runs[i + 2] as number, crop.x1);
      if (y < crop.y0 || y >= crop.y1 || from >= to) continue;
      const levels = mask.data.subarray(y * mask.width + from, y * mask.width + to);
      cut.data.set(levels, (y - crop.y0) * cut.width + from - crop.x0);
    }
  }
  repeatEdges(cut, mask, crop);
  return cut;
}

function repeatEdges(cut: Mask, mask: Mask, crop: PixelBox): void {
  const left = Math.max(0, -crop.x0);
  const right = Math.min(cut.width, mask.width - crop.x0);
  const top = Math.max(0, -crop.y0);
  const bottom = Math.min(cut.height, mask.height - crop.y0);
  for (let y = top; y < bottom; y++) {
    const line = y * cut.width;
    cut.data.fill(cut.data[line + left] as number, line, line + left);
    cut.data.fill(cut.data[line + right - 1] as number, line + right, line + cut.width);
  }
  const rowAt = (y: number): Uint8Array => cut.data.slice(y * cut.width, (y + 1) * cut.width);
  const [first, last] = [rowAt(top), rowAt(bottom - 1)];
  for (let y = 0; y < top; y++) cut.data.set(first, y * cut.width);
  for (let y = bottom; y < cut.height; y++) cut.data.set(last, y * cut.width);
}
