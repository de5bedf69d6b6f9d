import { findComponents, type MaskComponent } from "../../image/mask-components.ts";
import { blankMask, type Image, type Mask } from "../../image/raster.ts";
import { composite } from "../../inpainting/composite.ts";

/* Which pixels belong to which region, and pictures of which only some regions are as they were. */

/** Pixels: x0, y0, x1, y1. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number];

/**
 * The mask with the pixels of some of its regions only, at their own levels. A component belongs to the smallest region
 * in whose box it lies; a speck that lies in none belongs to nobody.
 * @param boxes of all regions of the mask
 * @param numbers of the regions that are wanted, from 1
 */
export function regionsOfMask(mask: Mask, boxes: readonly Box[], numbers: ReadonlySet<number>): Mask {
  const part = blankMask(mask);
  for (const component of findComponents(mask)) {
    const owner = ownerOf(component, boxes);
    if (owner === null || !numbers.has(owner)) continue;
    const { runs } = component;
    for (let at = 0; at < runs.length; at += 3) {
      const line = (runs[at] as number) * mask.width;
      const from = line + (runs[at + 1] as number);
      const to = line + (runs[at + 2] as number);
      part.data.set(mask.data.subarray(from, to), from);
    }
  }
  return part;
}

/** Number of the region, from 1. */
function ownerOf({ box }: MaskComponent, boxes: readonly Box[]): number | null {
  let owner: number | null = null;
  let smallest = Number.POSITIVE_INFINITY;
  for (const [at, [x0, y0, x1, y1]] of boxes.entries()) {
    const isInside = box.x0 >= x0 && box.y0 >= y0 && box.x1 <= x1 && box.y1 <= y1;
    const area = (x1 - x0) * (y1 - y0);
    if (!isInside || area >= smallest) continue;
    owner = at + 1;
    smallest = area;
  }
  return owner;
}

/** What both have. */
export function uniteMasks(one: Mask, other: Mask): Mask {
  const data = one.data.map((level, at) => Math.max(level, other.data[at] as number));
  return { ...one, data };
}

/** `mask` without the pixels that are set in `taken`. */
export function maskWithout(mask: Mask, taken: Mask): Mask {
  const data = mask.data.map((level, at) => ((taken.data[at] as number) > 0 ? 0 : level));
  return { ...mask, data };
}

/**
 * `image` as `original` is, sample by sample, wherever the mask is above 0: also where it is grey, since there the two
 * were mixed.
 * Errors: INTERNAL unless all three have one size.
 */
export function restoreWhere(image: Image, original: Image, mask: Mask): Image {
  const data = mask.data.map((level) => (level > 0 ? 255 : 0));
  return composite(image, original, { ...mask, data });
}
