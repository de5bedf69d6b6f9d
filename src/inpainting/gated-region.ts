import type { RegionQuality } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";
import { cropImage } from "../image/crop-image.ts";
import type { Image, PixelBox } from "../image/raster.ts";
import { inSlices, type Steps } from "../image/slices.ts";
import { blendingRegion } from "./blend.ts";
import { endingOf, rejectionOf, seedOfTry, triesOf } from "./quality-gate.ts";
import type { Placement, RegionCut } from "./region-cut.ts";
import type { Region } from "./regions.ts";
import { measuringRegion, paintRegion, type RegionContext, type RegionPainting } from "./zoom-region.ts";

/** A region as its gate left it. */
export type RegionOutcome = (
  | { readonly kind: "painted"; readonly painting: RegionPainting; readonly tries: number | null }
  /** No try was accepted: nothing of it may reach the canvas. The numbers are those of the last try. */
  | { readonly kind: "rejected"; readonly quality: RegionQuality; readonly warning: string }
) & {
  /** Of all tries, where chance plays a part in them. */
  readonly seeds: readonly number[];
};

/**
 * Paints a region until its quality gate accepts it. Each try is judged by itself, on a copy of the canvas as it was, so
 * that the judgement does not depend on which of its neighbours are finished.
 * Errors: QUALITY_REJECTED where the gate says so; those of paintRegion.
 */
export async function paintAccepted(
  region: Region,
  cut: RegionCut,
  index: number,
  context: RegionContext,
  before: Image,
): Promise<RegionOutcome> {
  const { accept, capabilities, parameters = {} } = context;
  if (accept === undefined) {
    const painting = await paintRegion(cut, index, context);
    return { kind: "painted", painting, tries: null, seeds: seedsIn(painting) };
  }
  const most = triesOf(accept, capabilities.soft.includes("seed"));
  const seeds: number[] = [];
  for (let number = 1; ; number++) {
    const seed = seedOfTry(parameters.seed, number);
    const seeded = seed === undefined ? parameters : { ...parameters, seed };
    const painting = await paintRegion(cut, index, { ...context, parameters: seeded });
    seeds.push(...seedsIn(painting));
    const quality = await inSlices(measuringAlone(region, cut, painting, before), context.signal);
    const rejection = rejectionOf(accept, { ...quality, colorShift: quality.colorShiftAfter });
    if (rejection === null) return { kind: "painted", painting, tries: number, seeds };
    if (number < most) continue;
    const warning = describeRejection(region, number, rejection);
    if (endingOf(accept) === "fail") throw new MaskloomError("QUALITY_REJECTED", warning);
    return {
      kind: "rejected",
      quality: { ...quality, status: "keptOriginal", tries: number },
      warning: `${warning}; it was left as it was`,
      seeds,
    };
  }
}

const seedsIn = ({ seed }: RegionPainting): readonly number[] => (seed === undefined ? [] : [seed]);

function describeRejection({ box }: Region, tries: number, rejection: string): string {
  const times = tries === 1 ? "once" : `${tries} times`;
  return `the region at ${box.x0},${box.y0} was painted ${times} and not accepted: ${rejection}`;
}

/** The quality numbers of a painting on the part of the canvas that it lies on, and on nothing else. */
function* measuringAlone(
  region: Region,
  cut: RegionCut,
  painting: RegionPainting,
  canvas: Image,
): Steps<RegionQuality> {
  const { placement } = painting;
  const seen = clipTo(placement.box, canvas);
  const before = cropImage(canvas, seen);
  const after = { ...before, data: before.data.slice() } as Image;
  const moved: Placement = { ...placement, box: moveBox(placement.box, -seen.x0, -seen.y0) };
  yield* blendingRegion(after, moved.box, moved.mask, moved.image);
  return yield* measuringRegion(region, cut, { ...painting, placement: moved }, before, after);
}

const clipTo = ({ x0, y0, x1, y1 }: PixelBox, { width, height }: Image): PixelBox => ({
  x0: Math.max(0, x0),
  y0: Math.max(0, y0),
  x1: Math.min(width, x1),
  y1: Math.min(height, y1),
});

const moveBox = ({ x0, y0, x1, y1 }: PixelBox, x: number, y: number): PixelBox => ({
  x0: x0 + x,
  y0: y0 + y,
  x1: x1 + x,
  y1: y1 + y,
});
