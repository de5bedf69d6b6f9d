import type { Patch } from "./place-mask.ts";

/** Intersection over union of two segmentations of one picture; 0 where both are empty. */
export function patchOverlap(a: Patch, b: Patch): number {
  const intersection = commonArea(a, b);
  const union = areaOf(a) + areaOf(b) - intersection;
  return union === 0 ? 0 : intersection / union;
}

/** Those whose segmentation no earlier one has nearly too: above `overlap`, as `patchOverlap` measures it. */
export function distinctPatches<Find extends { readonly segmentation: Patch }>(
  finds: readonly Find[],
  overlap: number,
): Find[] {
  const kept: Find[] = [];
  for (const find of finds) {
    const isNew = kept.every(({ segmentation }) => patchOverlap(segmentation, find.segmentation) <= overlap);
    if (isNew) kept.push(find);
  }
  return kept;
}

function commonArea(a: Patch, b: Patch): number {
  const [x0, x1] = [Math.max(a.box.x0, b.box.x0), Math.min(a.box.x1, b.box.x1)];
  let area = 0;
  for (let y = Math.max(a.box.y0, b.box.y0); y < Math.min(a.box.y1, b.box.y1); y++) {
    const [lineA, lineB] = [lineOf(a, y), lineOf(b, y)];
    for (let x = x0; x < x1; x++) {
      if (a.data[lineA + x] !== 0 && b.data[lineB + x] !== 0) area += 1;
    }
  }
  return area;
}

/** Where picture column 0 of a row would lie in the data. */
function lineOf({ box }: Patch, y: number): number {
  return (y - box.y0) * (box.x1 - box.x0) - box.x0;
}

function areaOf({ data }: Patch): number {
  let area = 0;
  for (const level of data) if (level !== 0) area += 1;
  return area;
}
