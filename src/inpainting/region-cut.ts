import { boxSize, cropRows } from "../image/crop-rows.ts";
import type { FloatImage, Image, Mask, PixelBox, Size } from "../image/raster.ts";
import { scalingImage } from "../image/resample.ts";
import { scalingMask } from "../image/scale-mask.ts";
import type { Steps } from "../image/slices.ts";
import { guardEdges } from "./blend.ts";
import type { CropPlan } from "./crop-plan.ts";
import { cutRegionMask, type Region } from "./regions.ts";

/** A finished painting as it goes onto the canvas: blended through the mask, which lies at the box. */
export interface Placement {
  readonly image: FloatImage;
  readonly mask: Mask;
  readonly box: PixelBox;
}

/** One region, cut out as an inpainter sees it, and the way back. */
export interface RegionCut {
  readonly plan: CropPlan;
  /** In pixels of the image: what the crop covers of it. */
  readonly box: PixelBox;
  /** Degrees by which the crop is turned anticlockwise; 0 = not at all. */
  readonly turned: number;
  /** The crop at a size. */
  imageAt(size: Size): Steps<FloatImage>;
  maskAt(size: Size): Steps<Mask>;
  /** The largest size at which a painting of the crop is of use; finer ones are brought down to it first. */
  readonly finest: Size;
  place(painted: FloatImage): Steps<Placement>;
}

export interface CutOptions {
  readonly image: Image;
  readonly mask: Mask;
  /** The canvas is the image, this many times as large. */
  readonly outputScale: number;
  /** Whether the mask fades where it runs into a side of the crop that is not the image's own edge. */
  readonly guard: boolean;
}

/** A crop along the image's own rows and columns. */
export function cutStraight(
  region: Region,
  plan: CropPlan,
  { image, mask, outputScale, guard }: CutOptions,
): RegionCut {
  const cut = (): Mask => cutRegionMask(mask, region, plan.crop);
  const box = scaleBox(plan.crop, outputScale);
  const canvas = { width: image.width * outputScale, height: image.height * outputScale };
  return {
    plan,
    box: plan.crop,
    turned: 0,
    imageAt: (size) => scalingImage(cropRows(image, plan.crop), size),
    maskAt: (size) => scalingMask(cut(), size),
    finest: boxSize(box),
    *place(painted) {
      const scaled = yield* scalingMask(cut(), boxSize(box));
      return { image: painted, mask: guard ? guardEdges(scaled, box, canvas) : scaled, box };
    },
  };
}

export const scaleBox = ({ x0, y0, x1, y1 }: PixelBox, by: number): PixelBox => ({
  x0: x0 * by,
  y0: y0 * by,
  x1: x1 * by,
  y1: y1 * by,
});
