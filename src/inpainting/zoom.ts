import pLimit from "p-limit";
import type { InpainterCapabilities } from "../contracts/manifest.ts";
import type {
  Acceptance,
  GenerationParameters,
  RegionQuality,
  Turn,
  ZoomOptions,
} from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";
import { enlargingImage } from "../image/enlarge-image.ts";
import { checkOutputPixels, DEFAULT_LIMITS, type ImageLimits } from "../image/limits.ts";
import type { MaskComponent } from "../image/mask-components.ts";
import type { Image, Mask, PixelBox } from "../image/raster.ts";
import { scalingMask } from "../image/scale-mask.ts";
import { inSlices, type Steps } from "../image/slices.ts";
import { blendingRegion } from "./blend.ts";
import { measuringChanges } from "./changes.ts";
import { type CropPlan, planTurnedCrop, planWholeImage, planZoomedCrop, targetSide } from "./crop-plan.ts";
import { paintAccepted, type RegionOutcome } from "./gated-region.ts";
import type { Inpainter } from "./inpainter.ts";
import { joinNsfwContent } from "./nsfw-content.ts";
import { cutStraight, type RegionCut } from "./region-cut.ts";
import { findRegions, type Region, SMALLEST_REGION_PIXELS, wholeMaskRegion } from "./regions.ts";
import { cutTurned } from "./turned-cut.ts";
import { turnedBox, turnOf } from "./turned-plane.ts";
import { measuringRegion } from "./zoom-region.ts";

export interface InpaintImageOptions {
  readonly image: Image;
  /** Same size as the image; 255 = repaint. */
  readonly mask: Mask;
  /** With `maskMargin` every part of the mask is repainted zoomed in; without it the whole image is sent once. */
  readonly zoom: ZoomOptions;
  readonly parameters?: GenerationParameters;
  /** Faces of the mask that are turned: a zoomed region is turned upright by the one that covers most of it. */
  readonly turns?: readonly Turn[] | undefined;
  /** Judges every region by itself. */
  readonly accept?: Acceptance | undefined;
  readonly capabilities: InpainterCapabilities;
  readonly inpaint: Inpainter["inpaint"];
  readonly signal: AbortSignal;
  /** Regions in flight at a time; default 1. The result does not depend on it. */
  readonly concurrency?: number;
  readonly limits?: ImageLimits;
}

export interface InpaintedImage {
  /** Of the input's kind, `outputScale` times its size. */
  readonly image: Image;
  /** One a region in reading order, then the dropped specks (at most 20 of them; the warning counts all). */
  readonly regions: readonly RegionQuality[];
  readonly pixelsChangedOutside: number;
  readonly pixelsChangedInside: number;
  /** The first region's, where chance plays a part in it. */
  readonly seed?: number;
  /** All regions', those of tries that were not accepted included, each once. */
  readonly seeds: readonly number[];
  /** Of all that was painted into it; absent where not all of it was looked at. */
  readonly NSFWContent?: boolean;
  readonly warnings: readonly string[];
}

const MAX_DROPPED_LISTED = 20;

/**
 * Repaints the masked parts of an image. Where the mask is 0 the samples of the result are those of the (enlarged) input:
 * copied, never recomputed. A black mask repaints nothing. Errors: MASK_MISMATCH, IMAGE_TOO_LARGE, OUTPUT_INVALID (an
 * answer of the wrong size), QUALITY_REJECTED, CANCELLED, and what the inpainter throws; the first failure stops the other regions.
 */
export async function inpaintImage(options: InpaintImageOptions): Promise<InpaintedImage> {
  const { image, mask, zoom, signal, limits = DEFAULT_LIMITS } = options;
  const scale = zoom.outputScale;
  checkSizes(image, mask, scale, limits);
  const { regions, dropped } = chooseRegions(mask, zoom);
  const before = await inSlices(enlargingImage(image, scale), signal);
  const after = { ...before, data: before.data.slice() } as Image;
  const jobs = regions.map((region, index) => ({ region, index, cut: cutRegion(region, options) }));
  const outcomes = await runRegions(jobs, options, before, after);
  const qualities: RegionQuality[] = [];
  for (const [i, job] of jobs.entries())
    qualities.push(await inSlices(measuringQuality(job, outcomes[i] ?? null, before, after), signal));
  const paintings = outcomes.flatMap((outcome) => (outcome?.kind === "painted" ? outcome.painting : []));
  const canvasMask = await inSlices(scalingMask(mask, before), signal);
  const changes = await inSlices(measuringChanges(before, after, canvasMask), signal);
  const seed = paintings.find((painting) => painting.seed !== undefined)?.seed;
  const NSFWContent = joinNsfwContent(paintings.map((painting) => painting.NSFWContent));
  return {
    image: after,
    regions: [...qualities, ...dropped.slice(0, MAX_DROPPED_LISTED).map(describeDropped)],
    pixelsChangedOutside: changes.outside,
    pixelsChangedInside: changes.inside,
    ...(seed === undefined ? {} : { seed }),
    seeds: [...new Set(outcomes.flatMap((outcome) => outcome?.seeds ?? []))],
    ...(NSFWContent === undefined ? {} : { NSFWContent }),
    warnings: [
      ...new Set([
        ...warningsOf(options, regions, dropped),
        ...outcomes.flatMap((outcome) => (outcome === null ? [] : warningsOfOutcome(outcome))),
      ]),
    ],
  };
}

function checkSizes(image: Image, mask: Mask, scale: number, limits: ImageLimits): void {
  checkOutputPixels({ width: image.width * scale, height: image.height * scale }, limits);
  if (mask.width === image.width && mask.height === image.height) return;
  throw new MaskloomError(
    "MASK_MISMATCH",
    `mask: expected ${image.width}x${image.height} like the image, got ${mask.width}x${mask.height}`,
  );
}

function chooseRegions(
  mask: Mask,
  { maskMargin }: ZoomOptions,
): { regions: readonly Region[]; dropped: readonly MaskComponent[] } {
  if (maskMargin !== undefined) return findRegions(mask, maskMargin);
  const whole = wholeMaskRegion(mask);
  return { regions: whole === null ? [] : [whole], dropped: [] };
}

/** A whole picture is sent as it stands; a region is turned upright where the face in it is not. */
function cutRegion(region: Region, options: InpaintImageOptions): RegionCut {
  const { image, mask, zoom, capabilities, turns = [] } = options;
  const isZoomed = zoom.maskMargin !== undefined;
  const cutOptions = {
    image,
    mask,
    outputScale: zoom.outputScale,
    // Fills leave nothing unpainted; a whole image has no sides but its own.
    guard: capabilities.edgeGuard && isZoomed,
  };
  if (!isZoomed) return cutStraight(region, planWholeImage(image, zoom, capabilities.hard), cutOptions);
  // To a fill all directions are alike, and turning would soften the edge of what must not be seen.
  const roll = capabilities.edgeGuard ? turnOf(region, turns) : 0;
  if (roll === 0) {
    return cutStraight(region, planZoomedCrop(region.box, image, zoom, capabilities.hard), cutOptions);
  }
  const { plane, box } = turnedBox(region, roll);
  return cutTurned(region, plane, planTurnedCrop(box, zoom, capabilities.hard), cutOptions);
}

/** Whether a region's crop already has the size that zooming would give it. */
function isLargeEnough(plan: CropPlan, { zoom, capabilities }: InpaintImageOptions): boolean {
  if (!zoom.skipIfLarger || zoom.maskMargin === undefined) return false;
  const target = targetSide(zoom, capabilities.hard) ?? zoom.guideSize;
  const { x0, y0, x1, y1 } = plan.crop;
  return target !== undefined && Math.max(x1 - x0, y1 - y0) >= target;
}

interface RegionJob {
  readonly region: Region;
  readonly index: number;
  readonly cut: RegionCut;
}

/** Paints the regions into `canvas`; null stands for a region that was left alone. */
async function runRegions(
  jobs: readonly RegionJob[],
  options: InpaintImageOptions,
  before: Image,
  canvas: Image,
): Promise<(RegionOutcome | null)[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const limit = pLimit(options.concurrency ?? 1);
  const paint = async ({ region, index, cut }: RegionJob): Promise<RegionOutcome | null> => {
    try {
      signal.throwIfAborted();
      if (isLargeEnough(cut.plan, options)) return null;
      const outcome = await paintAccepted(region, cut, index, { ...options, signal }, before);
      if (outcome.kind === "painted") {
        const { box, mask, image } = outcome.painting.placement;
        await inSlices(blendingRegion(canvas, box, mask, image), signal);
      }
      return outcome;
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  };
  // All are awaited even after a failure: nothing goes on running behind the caller's back.
  const outcomes = await Promise.allSettled(jobs.map((job) => limit(paint, job)));
  if (stop.signal.aborted) throw failureOf(stop.signal.reason, options.signal);
  return outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : null));
}

function failureOf(reason: unknown, { aborted }: AbortSignal): unknown {
  if (!aborted || reason instanceof MaskloomError) return reason;
  return new MaskloomError("CANCELLED", "inpainting was cancelled", { cause: reason });
}

/** Measured once all regions stand on the canvas. */
function* measuringQuality(
  { region, cut }: RegionJob,
  outcome: RegionOutcome | null,
  before: Image,
  after: Image,
): Steps<RegionQuality> {
  if (outcome === null) {
    const { box, plan } = cut;
    const [own, crop] = [tupleOf(region.box), tupleOf(box)];
    return { ...NOTHING_MEASURED, box: own, crop, scale: plan.scale, status: "skippedLarger" };
  }
  if (outcome.kind === "rejected") return outcome.quality;
  const quality = yield* measuringRegion(region, cut, outcome.painting, before, after);
  return outcome.tries === null ? quality : { ...quality, tries: outcome.tries };
}

function warningsOfOutcome(outcome: RegionOutcome): readonly string[] {
  return outcome.kind === "painted" ? outcome.painting.warnings : [outcome.warning];
}

function describeDropped({ box }: MaskComponent): RegionQuality {
  return { ...NOTHING_MEASURED, box: tupleOf(box), crop: tupleOf(box), scale: 1, status: "dropped" };
}

const NOTHING_MEASURED = {
  seam: null,
  colorShiftBefore: null,
  colorShiftAfter: null,
  sharpnessGain: null,
} as const;

const tupleOf = ({ x0, y0, x1, y1 }: PixelBox): [number, number, number, number] => [x0, y0, x1, y1];

function warningsOf(
  { zoom, capabilities, turns = [] }: InpaintImageOptions,
  regions: readonly Region[],
  dropped: readonly MaskComponent[],
): string[] {
  const warnings: string[] = [];
  const ownSize = capabilities.hard.nativeSize === "own";
  if (regions.length === 0 && dropped.length === 0) warnings.push("the mask is black: nothing was repainted");
  if (dropped.length > 0) {
    warnings.push(
      `left as they are: parts of the mask with fewer than ${SMALLEST_REGION_PIXELS} pixels and no region within maskMargin (${dropped.length})`,
    );
  }
  if (turns.length > 0 && zoom.maskMargin === undefined) {
    warnings.push("align is ignored without maskMargin: a whole picture is not turned");
  } else if (turns.length > 0 && !capabilities.edgeGuard) {
    warnings.push("align is ignored: this inpainter fills, and all directions are alike to it");
  }
  if (ownSize && zoom.guideSize !== undefined && zoom.maskMargin !== undefined && !zoom.skipIfLarger) {
    warnings.push("guideSize is ignored: this inpainter works at the crop's own size and by its own factor");
  }
  if (ownSize && zoom.skipIfLarger && zoom.guideSize === undefined) {
    warnings.push("skipIfLarger is ignored: this inpainter has no native size, and no guideSize is given");
  }
  return warnings;
}
