import { boxSize, cropRows } from "../image/crop-rows.ts";
import type { FloatImage, Image, Mask, PixelBox, Size } from "../image/raster.ts";
import { scalingImage } from "../image/resample.ts";
import { scalingMask } from "../image/scale-mask.ts";
import type { Steps } from "../image/slices.ts";
import { type PlaneMap, samplingImage, samplingMask } from "../image/turn-image.ts";
import type { CropPlan } from "./crop-plan.ts";
import { type CutOptions, type Placement, type RegionCut, scaleBox } from "./region-cut.ts";
import { cutRegionMask, type Region } from "./regions.ts";
import { mapFromCrop, mapFromImage, outerBox, type TurnedPlane } from "./turned-plane.ts";

/** A painting twice as fine as the canvas holds all that turning it back can bring over. */
const FINENESS = 2;
/** Pixels around the region that are turned back with it, so that its edge is made from whole neighbourhoods. */
const BACK_MARGIN = 8;
/** Each step halves about what turning there and back has lost of the finest detail. */
const REFINEMENTS = 3;

/**
 * A crop in which the region stands upright: sampled once, turned and scaled, by Lanczos3 (bilinear would blur it), or
 * from a crop that was made smaller first where the inpainter takes no more. The way back is the least-squares inverse,
 * approached step by step: of all pictures the one whose turning gives the painting.
 */
export function cutTurned(
  region: Region,
  plane: TurnedPlane,
  plan: CropPlan,
  { image, mask, outputScale }: CutOptions,
): RegionCut {
  const outer = outerBox(plane, plan.crop);
  const cut = (): Mask => cutRegionMask(mask, region, outer);
  const crop = boxSize(plan.crop);
  return {
    plan,
    box: outer,
    turned: plane.roll,
    *imageAt(size) {
      const source = yield* scalingImage(cropRows(image, outer), sourceSize(outer, plan.crop, size));
      return yield* samplingImage(source, size, mapFromImage(plane, plan.crop, size, outer, source));
    },
    *maskAt(size) {
      const source = yield* scalingMask(cut(), sourceSize(outer, plan.crop, size));
      return yield* samplingMask(source, size, mapFromImage(plane, plan.crop, size, outer, source));
    },
    finest: { width: crop.width * outputScale * FINENESS, height: crop.height * outputScale * FINENESS },
    place: (painted) => placingUpright(region, plane, plan, painted, { image, mask, outputScale }),
  };
}

/** The size at which the outer box is read for a crop of `size`: its own, or smaller where the crop is. */
function sourceSize(outer: PixelBox, crop: PixelBox, size: Size): Size {
  const density = Math.min(1, size.width / boxSize(crop).width);
  const { width, height } = boxSize(outer);
  return {
    width: Math.max(1, Math.round(width * density)),
    height: Math.max(1, Math.round(height * density)),
  };
}

interface Target {
  readonly image: Image;
  readonly mask: Mask;
  readonly outputScale: number;
}

function* placingUpright(
  region: Region,
  plane: TurnedPlane,
  { crop }: CropPlan,
  painted: FloatImage,
  { image, mask, outputScale }: Target,
): Steps<Placement> {
  const back = {
    x0: Math.max(0, region.box.x0 - BACK_MARGIN),
    y0: Math.max(0, region.box.y0 - BACK_MARGIN),
    x1: Math.min(image.width, region.box.x1 + BACK_MARGIN),
    y1: Math.min(image.height, region.box.y1 + BACK_MARGIN),
  };
  const box = scaleBox(back, outputScale);
  const size = boxSize(box);
  const fineness = painted.width / (boxSize(crop).width * outputScale);
  const toCrop = mapFromCrop(plane, crop, painted, back, size);
  const fromImage = mapFromImage(plane, crop, painted, back, size);
  const turningBack = (picture: FloatImage): Steps<FloatImage> =>
    samplingImage(picture, size, toCrop, Math.max(1, fineness));
  const result = yield* turningBack(painted);
  /* Coarser than the canvas, the painting has nothing that turning it back could have lost. */
  const steps = fineness >= 1 ? REFINEMENTS : 0;
  for (let step = 0; step < steps; step++) {
    const seen = yield* samplingImage(result, painted, fromImage);
    addTo(result, yield* turningBack(differenceWithin(painted, seen, fromImage, size)));
  }
  return { image: result, mask: yield* scalingMask(cutRegionMask(mask, region, back), size), box };
}

function addTo({ data }: FloatImage, addition: FloatImage): void {
  for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + (addition.data[i] as number);
}

/** painted - seen, where a pixel lies within the picture that is being turned back; 0 elsewhere. */
function differenceWithin(painted: FloatImage, seen: FloatImage, map: PlaneMap, size: Size): FloatImage {
  const { origin, right, down } = map;
  for (let v = 0; v < painted.height; v++) {
    for (let u = 0; u < painted.width; u++) {
      const x = origin[0] + (u + 0.5) * right[0] + (v + 0.5) * down[0];
      const y = origin[1] + (u + 0.5) * right[1] + (v + 0.5) * down[1];
      const isWithin = x >= 0 && y >= 0 && x < size.width && y < size.height;
      const at = (v * painted.width + u) * 3;
      for (let i = at; i < at + 3; i++) {
        seen.data[i] = isWithin ? (painted.data[i] as number) - (seen.data[i] as number) : 0;
      }
    }
  }
  return seen;
}
