import type { MaskOptions } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";
import type { Shape } from "./mask-shape.ts";
import { paintShape, type Stamp } from "./paint-shape.ts";
import { blankMask, type Mask, type PixelBox, type Size } from "./raster.ts";

export interface CreateMaskOptions extends Pick<MaskOptions, "maskPadding" | "maskBlur" | "invert"> {
  /** perDetection: one mask a shape besides the union. */
  readonly combine?: "union" | "perDetection";
  /** Nothing outside this mask is set; applied last, after `invert`. */
  readonly within?: Mask;
}

export interface CreatedMask {
  /** The maximum of all shapes' masks. Black where no shape is left, `invert` or not: nothing found repaints nothing. */
  readonly mask: Mask;
  /** Indices of shapes of which no pixel is left; their detections are to be dropped with them. */
  readonly dropped: readonly number[];
  /** With `combine: perDetection` the masks of the other shapes, in their order, each made when it is asked for. */
  readonly perDetection: Iterable<Mask>;
}

/** The mask of the detections' shapes: docs/masks-and-zoom.md, "From detections to a mask", 4 to 6. */
export function createMask(size: Size, shapes: readonly Shape[], options: CreateMaskOptions): CreatedMask {
  const { maskPadding, maskBlur, within } = options;
  if (within !== undefined && (within.width !== size.width || within.height !== size.height)) {
    throw new MaskloomError(
      "MASK_MISMATCH",
      `within: expected ${size.width}x${size.height} like the image, got ${within.width}x${within.height}`,
    );
  }
  const stamps = shapes.map((shape) => paintShape(shape, size, maskPadding, maskBlur));
  const kept = stamps.filter((stamp) => stamp !== null);
  return {
    mask: finish(stampAll(size, kept), kept.length, options),
    dropped: stamps.flatMap((stamp, index) => (stamp === null ? [index] : [])),
    perDetection: options.combine === "perDetection" ? eachAlone(size, kept, options) : [],
  };
}

/** One at a time: the faces of a crowd must not be in memory as so many masks of the whole picture. */
function* eachAlone(size: Size, stamps: readonly Stamp[], options: CreateMaskOptions): Generator<Mask> {
  for (const stamp of stamps) yield finish(stampAll(size, [stamp]), 1, options);
}

function stampAll(size: Size, stamps: readonly Stamp[]): Mask {
  const mask = blankMask(size);
  for (const [i, stamp] of stamps.entries()) {
    const { window, levels } = stamp;
    const width = window.x1 - window.x0;
    const overlaps = stamps.slice(0, i).some((earlier) => boxesMeet(earlier.window, window));
    for (let y = window.y0; y < window.y1; y++) {
      const row = levels.subarray((y - window.y0) * width, (y - window.y0 + 1) * width);
      const at = y * size.width + window.x0;
      if (overlaps) raise(mask.data.subarray(at, at + width), row);
      else mask.data.set(row, at);
    }
  }
  return mask;
}

function boxesMeet(a: PixelBox, b: PixelBox): boolean {
  return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
}

function raise(row: Uint8Array, levels: Uint8Array): void {
  for (let x = 0; x < row.length; x++) row[x] = Math.max(row[x] as number, levels[x] as number);
}

function finish(mask: Mask, shapes: number, { invert, within }: CreateMaskOptions): Mask {
  if (shapes === 0) return mask;
  const { data } = mask;
  if (invert) for (let i = 0; i < data.length; i++) data[i] = 255 - (data[i] as number);
  if (within !== undefined) {
    for (let i = 0; i < data.length; i++) data[i] = Math.min(data[i] as number, within.data[i] as number);
  }
  return mask;
}
