import type { Box } from "../../contracts/detection.ts";
import type { Region } from "../sampling/region.ts";
import { intersectionOverUnion } from "../ssd/weighted-suppression.ts";

/**
 * Those whose regions overlap no earlier one's by more than `overlap` (intersection over union), so that nothing is
 * looked at twice (MediaPipe's AssociationNormRect). Regions count as upright squares for this, as in the original.
 * The original keeps the last of those that overlap, which is the one with the lowest score; here the first stays.
 */
export function distinctRegions<Find extends { readonly region: Region }>(
  finds: readonly Find[],
  overlap: number,
): Find[] {
  const kept: Find[] = [];
  for (const find of finds) {
    const box = uprightBox(find.region);
    const isNew = kept.every(({ region }) => intersectionOverUnion(box, uprightBox(region)) <= overlap);
    if (isNew) kept.push(find);
  }
  return kept;
}

function uprightBox({ centre: [x, y], side }: Region): Box {
  return [x - side / 2, y - side / 2, x + side / 2, y + side / 2];
}
