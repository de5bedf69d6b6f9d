import type { InpainterCapabilities } from "../contracts/manifest.ts";
import type { ZoomOptions } from "../contracts/tasks.ts";
import { boxSize } from "../image/crop-rows.ts";
import type { PixelBox, Size } from "../image/raster.ts";

/** What is cut out for one region, and the size at which the inpainter gets it. */
export interface CropPlan {
  /** The region's box and its margin, within the image: the surroundings that colours are compared on. */
  readonly context: PixelBox;
  /** Contains `context`; may reach beyond the image, where edge samples are repeated. */
  readonly crop: PixelBox;
  readonly working: Size;
  /** Working pixels per image pixel. */
  readonly scale: number;
}

/** A region's crop has at least this much around it, so that its mask can fade within the crop. */
const SMALLEST_MARGIN = 10;

type Hard = InpainterCapabilities["hard"];

/** The long side that regions are scaled to; null where crops are sent at their own size. */
export function targetSide({ guideSize }: ZoomOptions, { nativeSize }: Hard): number | null {
  return nativeSize === "own" ? null : (guideSize ?? nativeSize);
}

/** The crop of a zoomed region: its box with the margin, brought to the target side. */
export function planZoomedCrop(box: PixelBox, image: Size, zoom: ZoomOptions, hard: Hard): CropPlan {
  const margin = Math.max(zoom.maskMargin ?? 0, SMALLEST_MARGIN);
  const context = {
    x0: Math.max(0, box.x0 - margin),
    y0: Math.max(0, box.y0 - margin),
    x1: Math.min(image.width, box.x1 + margin),
    y1: Math.min(image.height, box.y1 + margin),
  };
  return planCrop(context, image, targetSide(zoom, hard), zoom, hard);
}

/** The same in a plane of its own, in which the region stands upright: it has no edges. */
export function planTurnedCrop(box: PixelBox, zoom: ZoomOptions, hard: Hard): CropPlan {
  const margin = Math.max(zoom.maskMargin ?? 0, SMALLEST_MARGIN);
  const context = { x0: box.x0 - margin, y0: box.y0 - margin, x1: box.x1 + margin, y1: box.y1 + margin };
  return planCrop(context, null, targetSide(zoom, hard), zoom, hard);
}

/** The whole image, made smaller only where the inpainter cannot take it as it is. */
export function planWholeImage(image: Size, zoom: ZoomOptions, hard: Hard): CropPlan {
  return planCrop({ x0: 0, y0: 0, x1: image.width, y1: image.height }, image, null, zoom, hard);
}

function planCrop(
  context: PixelBox,
  image: Size | null,
  target: number | null,
  { maxSize }: ZoomOptions,
  { maxSide, multipleOf, aspect }: Hard,
): CropPlan {
  const limit = Math.max(multipleOf, floorTo(Math.min(maxSide, maxSize ?? maxSide), multipleOf));
  const wanted = fitAspect(boxSize(context), aspect);
  const long = Math.max(wanted.width, wanted.height);
  const enlargement = Math.max(1, ceilTo(target ?? 0, multipleOf) / long);
  const scale = Math.min(enlargement, limit / long);
  const onGrid = (side: number): number => Math.min(limit, ceilTo(side * scale, multipleOf));
  const working = { width: onGrid(wanted.width), height: onGrid(wanted.height) };
  // Where the grid lengthened a side, the crop takes in more of the picture instead of being stretched.
  const grow = (side: number, workingSide: number): number => Math.max(side, Math.round(workingSide / scale));
  const [x0, x1] = placeSide(context.x0, context.x1, grow(wanted.width, working.width), image?.width);
  const [y0, y1] = placeSide(context.y0, context.y1, grow(wanted.height, working.height), image?.height);
  return { context, crop: { x0, y0, x1, y1 }, working, scale };
}

const floorTo = (value: number, step: number): number => Math.floor(value / step) * step;
/** Tolerates the rounding error of a product that should be whole. */
const ceilTo = (value: number, step: number): number => Math.max(1, Math.ceil(value / step - 1e-6)) * step;

/** Grows the shorter side to `aspect` = width / height. */
function fitAspect({ width, height }: Size, aspect: number | null): Size {
  if (aspect === null) return { width, height };
  return width < height * aspect
    ? { width: Math.round(height * aspect), height }
    : { width, height: Math.round(width / aspect) };
}

/** Lengthens [start, end) to `length`: centred, shifted inside [0, limit), and beyond it only where it does not fit. */
function placeSide(start: number, end: number, length: number, limit?: number): [number, number] {
  const centred = start - Math.floor((length - (end - start)) / 2);
  if (limit === undefined) return [centred, centred + length];
  const placed =
    length <= limit ? Math.min(Math.max(centred, 0), limit - length) : -Math.floor((length - limit) / 2);
  return [placed, placed + length];
}
