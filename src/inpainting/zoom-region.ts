import type { InpainterCapabilities } from "../contracts/manifest.ts";
import type { Acceptance, GenerationParameters, RegionQuality, ZoomOptions } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";
import { boxSize } from "../image/crop-rows.ts";
import type { FloatImage, Image, PixelBox, Size } from "../image/raster.ts";
import { unscalingImage } from "../image/resample.ts";
import { inSlices, type Steps } from "../image/slices.ts";
import { findKeptRing, matchingColors, measureColorShift } from "./color-match.ts";
import type { CropPlan } from "./crop-plan.ts";
import type { InpaintAnswer, Inpainter } from "./inpainter.ts";
import { measuringPainting } from "./quality.ts";
import type { Placement, RegionCut } from "./region-cut.ts";
import type { Region } from "./regions.ts";

export interface RegionContext {
  readonly zoom: ZoomOptions;
  readonly parameters?: GenerationParameters;
  readonly capabilities: InpainterCapabilities;
  readonly accept?: Acceptance | undefined;
  readonly inpaint: Inpainter["inpaint"];
  readonly signal: AbortSignal;
}

/** What an inpainter made of a region, ready to be blended onto the canvas. */
export interface RegionPainting {
  readonly placement: Placement;
  readonly colorShiftBefore: number | null;
  readonly colorShiftAfter: number | null;
  /** What it was painted with; undefined where nothing is left to chance. */
  readonly seed: number | undefined;
  /** Undefined where the inpainter does not look for it. */
  readonly NSFWContent: boolean | undefined;
  readonly warnings: readonly string[];
}

/** Has a region repainted as it was cut out, and brings the answer back to where it belongs. */
export async function paintRegion(
  cut: RegionCut,
  index: number,
  context: RegionContext,
): Promise<RegionPainting> {
  const { zoom, capabilities, parameters = {}, signal } = context;
  const { working } = cut.plan;
  const answer = await context.inpaint({
    image: await inSlices(cut.imageAt(working), signal),
    mask: await inSlices(cut.maskAt(working), signal),
    region: index,
    outputScale: zoom.outputScale,
    parameters,
    signal,
    place: { box: cut.box, turned: cut.turned },
  });
  signal.throwIfAborted();
  checkAnswer(answer, working, capabilities);
  const fitted = await inSlices(bringingBack(answer.image, cut.finest), signal);
  const colors = await inSlices(finishingColors(fitted, cut, context), signal);
  return {
    placement: await inSlices(cut.place(colors.image), signal),
    colorShiftBefore: colors.before,
    colorShiftAfter: colors.after,
    seed: answer.seed ?? (capabilities.soft.includes("seed") ? parameters.seed : undefined),
    NSFWContent: answer.NSFWContent,
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

/** Axes on which the answer is finer than is of use are brought back; coarser ones are enlarged while blending. */
function bringingBack(answer: FloatImage, finest: Size): Steps<FloatImage> {
  return unscalingImage(answer, {
    width: Math.min(answer.width, finest.width),
    height: Math.min(answer.height, finest.height),
  });
}

interface FinishedColors {
  readonly image: FloatImage;
  readonly before: number | null;
  readonly after: number | null;
}

function* finishingColors(
  painted: FloatImage,
  cut: RegionCut,
  { zoom, capabilities }: RegionContext,
): Steps<FinishedColors> {
  const ring = findKeptRing(yield* cut.maskAt(painted), contextWithin(cut.plan, painted));
  if (ring === null) return { image: painted, before: null, after: null };
  const reference = yield* cut.imageAt(painted);
  const before = measureColorShift(painted, reference, ring);
  if (!(zoom.colorMatch ?? capabilities.generative)) return { image: painted, before, after: before };
  const image = yield* matchingColors(painted, reference, ring);
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

/** The quality numbers of a region: of two canvases, before and after it was blended. */
export function* measuringRegion(
  { box }: Region,
  { plan, box: crop, turned }: RegionCut,
  { placement, colorShiftBefore, colorShiftAfter, seed }: RegionPainting,
  before: Image,
  after: Image,
): Steps<RegionQuality> {
  return {
    box: [box.x0, box.y0, box.x1, box.y1],
    crop: [crop.x0, crop.y0, crop.x1, crop.y1],
    scale: plan.scale,
    status: "inpainted",
    ...(seed === undefined ? {} : { seed }),
    ...(turned === 0 ? {} : { turned }),
    ...(yield* measuringPainting(before, after, placement.mask, placement.box)),
    colorShiftBefore,
    colorShiftAfter,
  };
}
