import type { InpainterCapabilities } from "../contracts/manifest.ts";
import type { GenerationParameters, RegionQuality, ZoomOptions } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";
import { boxSize, cropRows } from "../image/crop-rows.ts";
import type { FloatImage, Image, Mask, PixelBox, Size } from "../image/raster.ts";
import { scaleImage, unscaleImage } from "../image/resample.ts";
import { scaleMask } from "../image/scale-mask.ts";
import { blendRegion, guardEdges } from "./blend.ts";
import { findKeptRing, matchColors, measureColorShift } from "./color-match.ts";
import type { CropPlan } from "./crop-plan.ts";
import type { InpaintAnswer, Inpainter } from "./inpainter.ts";
import { measurePainting } from "./quality.ts";
import { cutRegionMask, type Region } from "./regions.ts";

export interface RegionContext {
  readonly image: Image;
  readonly mask: Mask;
  readonly zoom: ZoomOptions;
  readonly parameters?: GenerationParameters;
  readonly capabilities: InpainterCapabilities;
  readonly inpaint: Inpainter["inpaint"];
  readonly signal: AbortSignal;
}

/** What is left of a region once it stands on the canvas. */
export interface PaintedRegion {
  /** The mask it was blended through and its place, both at the canvas' scale. */
  readonly mask: Mask;
  readonly box: PixelBox;
  readonly colorShiftBefore: number | null;
  readonly colorShiftAfter: number | null;
  readonly seed: number | undefined;
  readonly warnings: readonly string[];
}

/** Cuts a region out, has it repainted and blends the answer into `canvas` (the image at `outputScale`). */
export async function paintRegion(
  region: Region,
  index: number,
  plan: CropPlan,
  context: RegionContext,
  canvas: Image,
): Promise<PaintedRegion> {
  const { image, zoom, capabilities, parameters = {}, signal } = context;
  const cut = cutRegionMask(context.mask, region, plan.crop);
  const answer = await context.inpaint({
    image: scaleImage(cropRows(image, plan.crop), plan.working),
    mask: scaleMask(cut, plan.working),
    region: index,
    outputScale: zoom.outputScale,
    parameters,
    signal,
  });
  signal.throwIfAborted();
  checkAnswer(answer, plan.working, capabilities);
  const place = scaleBox(plan.crop, zoom.outputScale);
  const colors = finishColors(bringBack(answer.image, boxSize(place)), cut, plan, context);
  const guarded = guardCrop(scaleMask(cut, boxSize(place)), place, canvas, context);
  blendRegion(canvas, place, guarded, colors.image);
  return {
    mask: guarded,
    box: place,
    colorShiftBefore: colors.before,
    colorShiftAfter: colors.after,
    seed: answer.seed,
    warnings: answer.warnings ?? [],
  };
}

function checkAnswer({ image }: InpaintAnswer, working: Size, { hard }: InpainterCapabilities): void {
  const { width, height, data } = image;
  const fits = hard.answerScales.some((f) => width === working.width * f && height === working.height * f);
  if (!fits || data.length !== width * height * 3) {
    throw new MaskloomError(
      "OUTPUT_INVALID",
      `the inpainter's answer: expected ${working.width}x${working.height} times ${hard.answerScales.join(" or ")}, got ${width}x${height} with ${data.length} samples`,
    );
  }
  const broken = data.findIndex((value) => !Number.isFinite(value));
  if (broken < 0) return;
  throw new MaskloomError(
    "OUTPUT_INVALID",
    `the inpainter's answer: expected numbers around 0..255, got ${data[broken]} at pixel ${Math.floor(broken / 3)}`,
  );
}

/** Axes on which the answer is larger than its place are brought back; smaller ones are enlarged while blending. */
function bringBack(answer: FloatImage, place: Size): FloatImage {
  return unscaleImage(answer, {
    width: Math.min(answer.width, place.width),
    height: Math.min(answer.height, place.height),
  });
}

interface FinishedColors {
  readonly image: FloatImage;
  readonly before: number | null;
  readonly after: number | null;
}

function finishColors(
  painted: FloatImage,
  cut: Mask,
  plan: CropPlan,
  context: RegionContext,
): FinishedColors {
  const ring = findKeptRing(scaleMask(cut, painted), contextWithin(plan, painted));
  if (ring === null) return { image: painted, before: null, after: null };
  const reference = scaleImage(cropRows(context.image, plan.crop), painted);
  const before = measureColorShift(painted, reference, ring);
  if (!(context.zoom.colorMatch ?? context.capabilities.generative)) {
    return { image: painted, before, after: before };
  }
  const image = matchColors(painted, reference, ring);
  return { image, before, after: measureColorShift(image, reference, ring) };
}

/** The plan's context in pixels of a picture of the whole crop. */
function contextWithin({ context, crop }: CropPlan, picture: Size): PixelBox {
  const { width, height } = boxSize(crop);
  const x = picture.width / width;
  const y = picture.height / height;
  return {
    x0: Math.ceil((context.x0 - crop.x0) * x),
    y0: Math.ceil((context.y0 - crop.y0) * y),
    x1: Math.floor((context.x1 - crop.x0) * x),
    y1: Math.floor((context.y1 - crop.y0) * y),
  };
}

function guardCrop(mask: Mask, place: PixelBox, canvas: Image, { capabilities, zoom }: RegionContext): Mask {
  // Fills leave nothing unpainted; a whole image has no sides but its own.
  const guarded = capabilities.edgeGuard && zoom.maskMargin !== undefined;
  return guarded ? guardEdges(mask, place, canvas) : mask;
}

const scaleBox = ({ x0, y0, x1, y1 }: PixelBox, by: number): PixelBox => ({
  x0: x0 * by,
  y0: y0 * by,
  x1: x1 * by,
  y1: y1 * by,
});

/** The quality numbers of a painted region, once all of them stand on the canvas. */
export function measureRegion(
  { box }: Region,
  { crop, scale }: CropPlan,
  painted: PaintedRegion,
  before: Image,
  after: Image,
): RegionQuality {
  return {
    box: [box.x0, box.y0, box.x1, box.y1],
    crop: [crop.x0, crop.y0, crop.x1, crop.y1],
    scale,
    status: "inpainted",
    ...measurePainting(before, after, painted.mask, painted.box),
    colorShiftBefore: painted.colorShiftBefore,
    colorShiftAfter: painted.colorShiftAfter,
  };
}
