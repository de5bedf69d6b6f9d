import type { ReviewRegion, ReviewView } from "../../../../src/contracts/review.ts";
import type { PictureBox } from "../../api/artifact-path.ts";

/* What is measured of regions, and where they are in pictures of another size. */

/** What gates usually let through: docs/masks-and-zoom.md, "Quality numbers". */
const GOOD_SEAM = 1.3;
const GOOD_COLOR_SHIFT = 3;

/** How much there is to look at: 1 = barely what gates let through; null where nothing was measured. */
export function concernOf({ seam, colorShiftAfter }: ReviewRegion): number | null {
  if (seam === null && colorShiftAfter === null) return null;
  return Math.max((seam ?? 0) / GOOD_SEAM, (colorShiftAfter ?? 0) / GOOD_COLOR_SHIFT);
}

/** Number of the region with the most to look at, from 1; of equal ones the first; null where there is none. */
export function worstRegion(regions: readonly ReviewRegion[]): number | null {
  if (regions.length === 0) return null;
  const concerns = regions.map((region) => concernOf(region) ?? -1);
  return concerns.indexOf(Math.max(...concerns)) + 1;
}

/** Of a region's longer side, on each side: enough to see how it sits in what is around it. */
const AROUND = 0.4;

/** A square of the original that shows a region, in its pixels; it may reach over the edges. */
export function viewOf({ box: [x0, y0, x1, y1] }: ReviewRegion): PictureBox {
  const half = Math.max(x1 - x0, y1 - y0) * (0.5 + AROUND);
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return [x - half, y - half, x + half, y + half];
}

type Sizes = Pick<ReviewView, "originalSize" | "shownSize">;

/** The same part of the picture that is shown, which may have been made larger. */
export function inShown([x0, y0, x1, y1]: PictureBox, { originalSize, shownSize }: Sizes): PictureBox {
  if (originalSize === null || shownSize === null) return [x0, y0, x1, y1];
  const [across, down] = [shownSize.width / originalSize.width, shownSize.height / originalSize.height];
  return [x0 * across, y0 * down, x1 * across, y1 * down];
}

/** Whether regions can be decided about one by one: they have to be at the same place before and after. */
export function hasOwnRegions({
  regions,
  step,
  originalSize,
  shownSize,
}: Pick<ReviewView, "regions" | "step"> & Sizes): boolean {
  if (regions.length < 2 || step === null || originalSize === null || shownSize === null) return false;
  return originalSize.width === shownSize.width && originalSize.height === shownSize.height;
}
