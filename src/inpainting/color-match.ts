import { colorDifference } from "../image/color-difference.ts";
import { type Lab, labToRgb, rgbToLab } from "../image/lab.ts";
import type { FloatImage, Mask, PixelBox } from "../image/raster.ts";
import type { Steps } from "../image/slices.ts";

/** Fewer kept pixels than this tell nothing about colours. */
const FEWEST_PIXELS = 64;
const GAIN_LIMITS = [0.8, 1.25] as const;
/** Deviation in L*a*b* units below which a ring counts as flat: its contrast is noise and must not be amplified. */
const FLAT_DEVIATION = 0.5;
/** Colour differences are averaged over at most about this many pixels, evenly spread. */
const DIFFERENCE_SAMPLES = 20_000;
/** Pixels between two places where the work may rest. */
const STEP_PIXELS = 4096;

export interface KeptRing {
  /** Indices of the pixels around the mask that both pictures should show alike. */
  readonly pixels: Int32Array;
}

/** The pixels within `context` where the mask is 0; null where there are too few to compare. */
export function findKeptRing(mask: Mask, context: PixelBox): KeptRing | null {
  const pixels = new Int32Array((context.x1 - context.x0) * (context.y1 - context.y0));
  let count = 0;
  for (let y = context.y0; y < context.y1; y++) {
    for (let x = context.x0; x < context.x1; x++) {
      const at = y * mask.width + x;
      if (mask.data[at] === 0) pixels[count++] = at;
    }
  }
  return count < FEWEST_PIXELS ? null : { pixels: pixels.subarray(0, count) };
}

/** Mean CIEDE2000 between two pictures of equal size over the kept ring. */
export function measureColorShift(image: FloatImage, reference: FloatImage, ring: KeptRing): number {
  const step = Math.max(1, Math.floor(ring.pixels.length / DIFFERENCE_SAMPLES));
  const [a, b]: [Lab, Lab] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  let sum = 0;
  let count = 0;
  for (let i = 0; i < ring.pixels.length; i += step) {
    readLab(image, ring.pixels[i] as number, a);
    readLab(reference, ring.pixels[i] as number, b);
    sum += colorDifference(a, b);
    count += 1;
  }
  return sum / count;
}

/**
 * Shifts and scales `image` in L*a*b* so that on the kept ring each component has the mean and deviation of `reference`
 * (Reinhard et al., Color Transfer between Images, 2001, with limits). The gain stays within 0.8..1.25; a flat ring only
 * shifts.
 */
export function* matchingColors(image: FloatImage, reference: FloatImage, ring: KeptRing): Steps<FloatImage> {
  const from = yield* takingStatistics(image, ring);
  const to = yield* takingStatistics(reference, ring);
  const gains = from.map((statistics, c) => gainBetween(statistics, to[c]));
  const matched = new Float32Array(image.data.length);
  const lab: Lab = [0, 0, 0];
  for (let i = 0; i * 3 < matched.length; i++) {
    if (i % STEP_PIXELS === 0) yield;
    readLab(image, i, lab);
    for (let c = 0; c < 3; c++) {
      const centred = (lab[c] as number) - (from[c]?.mean ?? 0);
      lab[c] = centred * (gains[c] ?? 1) + (to[c]?.mean ?? 0);
    }
    labToRgb(lab, matched, i * 3);
  }
  return { ...image, data: matched };
}

interface Statistics {
  readonly mean: number;
  readonly deviation: number;
}

function gainBetween(from: Statistics, to: Statistics | undefined): number {
  if (to === undefined || from.deviation < FLAT_DEVIATION || to.deviation < FLAT_DEVIATION) return 1;
  const [least, most] = GAIN_LIMITS;
  return Math.min(Math.max(to.deviation / from.deviation, least), most);
}

function* takingStatistics(image: FloatImage, { pixels }: KeptRing): Steps<Statistics[]> {
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  const lab: Lab = [0, 0, 0];
  for (let i = 0; i < pixels.length; i++) {
    if (i % STEP_PIXELS === 0) yield;
    readLab(image, pixels[i] as number, lab);
    for (let c = 0; c < 3; c++) {
      const value = lab[c] as number;
      sums[c] = (sums[c] as number) + value;
      squares[c] = (squares[c] as number) + value * value;
    }
  }
  return sums.map((sum, c) => {
    const mean = sum / pixels.length;
    const variance = (squares[c] as number) / pixels.length - mean * mean;
    return { mean, deviation: Math.sqrt(Math.max(0, variance)) };
  });
}

function readLab({ data }: FloatImage, pixel: number, lab: Lab): void {
  const at = pixel * 3;
  rgbToLab(data[at] as number, data[at + 1] as number, data[at + 2] as number, lab);
}
