import { findRuns } from "../image/mask-runs.ts";
import type { Image, Mask, PixelBox, Size } from "../image/raster.ts";
import { LUMA, levelScale } from "../image/samples.ts";
import type { Steps } from "../image/slices.ts";

export interface PaintingQuality {
  /** Mean step in brightness across the mask's edge, after / before; null where the mask has no edge. */
  readonly seam: number | null;
  /** Variance of the Laplacian inside the mask, after / before; null where the mask has no inside. */
  readonly sharpnessGain: number | null;
}

/** The mask's edge is where it crosses half; a fade is crossed once, not at its invisible outer end. */
const EDGE_LEVEL = 128;
/** Half a level: what 8 bits cannot show must not become a ratio. */
const SEAM_FLOOR = 0.5;
const VARIANCE_FLOOR = 0.25;

/** Compares two pictures of equal size around a mask that lies at `box` (which may reach beyond them). */
export function* measuringPainting(
  before: Image,
  after: Image,
  mask: Mask,
  box: PixelBox,
): Steps<PaintingQuality> {
  const edge = Math.min(EDGE_LEVEL, highestLevel(mask));
  const seen = visibleSurroundings(mask, box, before);
  const was = yield* measuringOne(before, mask, box, seen, edge);
  const is = yield* measuringOne(after, mask, box, seen, edge);
  const ratio = (from: number | null, to: number | null, floor: number): number | null =>
    from === null || to === null ? null : Math.max(to, floor) / Math.max(from, floor);
  return {
    seam: ratio(was.edgeStep, is.edgeStep, SEAM_FLOOR),
    sharpnessGain: ratio(was.laplacianVariance, is.laplacianVariance, VARIANCE_FLOOR),
  };
}

interface Measures {
  readonly edgeStep: number | null;
  readonly laplacianVariance: number | null;
}

function highestLevel({ data }: Mask): number {
  let highest = 1;
  for (let i = 0; i < data.length; i++) if ((data[i] as number) > highest) highest = data[i] as number;
  return highest;
}

/** The part of the mask that is not 0, one pixel around it, as far as it lies within the picture. */
function visibleSurroundings(mask: Mask, box: PixelBox, image: Size): PixelBox {
  const { count, rows, starts, ends } = findRuns(mask);
  let [x0, x1] = [mask.width, 0];
  for (let i = 0; i < count; i++) {
    x0 = Math.min(x0, starts[i] as number);
    x1 = Math.max(x1, ends[i] as number);
  }
  const [y0, y1] = count === 0 ? [0, 0] : [rows[0] as number, (rows[count - 1] as number) + 1];
  return {
    x0: Math.max(0, -box.x0, x0 - 1),
    y0: Math.max(0, -box.y0, y0 - 1),
    x1: Math.min(mask.width, image.width - box.x0, x1 + 1),
    y1: Math.min(mask.height, image.height - box.y0, y1 + 1),
  };
}

function* measuringOne(
  image: Image,
  mask: Mask,
  box: PixelBox,
  seen: PixelBox,
  edge: number,
): Steps<Measures> {
  const isInside = (x: number, y: number): boolean => (mask.data[y * mask.width + x] as number) >= edge;
  const steps = new Mean();
  const laplacians = new Mean();
  const read = brightnessReader(image, box, seen);
  const rows: Rows = [0, 1, 2].map(() => new Float64Array(mask.width));
  read(seen.y0, rowAt(rows, seen.y0));
  for (let y = seen.y0; y < seen.y1; y++) {
    if (y + 1 < seen.y1) read(y + 1, rowAt(rows, y + 1));
    addSteps(rows, y, seen, isInside, steps);
    if (y > seen.y0 && y + 1 < seen.y1) addLaplacians(rows, y, seen, isInside, laplacians);
    yield;
  }
  return { edgeStep: steps.mean, laplacianVariance: laplacians.variance };
}

/** Three rows of brightness, taken in turns. */
type Rows = readonly Float64Array[];
type InsideTest = (x: number, y: number) => boolean;

const rowAt = (rows: Rows, y: number): Float64Array => rows[y % 3] as Float64Array;

function addSteps(rows: Rows, y: number, seen: PixelBox, isInside: InsideTest, steps: Mean): void {
  const row = rowAt(rows, y);
  const below = rowAt(rows, y + 1);
  for (let x = seen.x0; x < seen.x1; x++) {
    const here = row[x] as number;
    const inside = isInside(x, y);
    if (x + 1 < seen.x1 && inside !== isInside(x + 1, y)) steps.add(Math.abs(here - (row[x + 1] as number)));
    if (y + 1 < seen.y1 && inside !== isInside(x, y + 1)) steps.add(Math.abs(here - (below[x] as number)));
  }
}

function addLaplacians(rows: Rows, y: number, seen: PixelBox, isInside: InsideTest, laplacians: Mean): void {
  const [above, row, below] = [rowAt(rows, y - 1), rowAt(rows, y), rowAt(rows, y + 1)];
  for (let x = seen.x0 + 1; x + 1 < seen.x1; x++) {
    if (!isInside(x, y) || !isInside(x - 1, y) || !isInside(x + 1, y)) continue;
    if (!isInside(x, y - 1) || !isInside(x, y + 1)) continue;
    const around =
      (row[x - 1] as number) + (row[x + 1] as number) + (above[x] as number) + (below[x] as number);
    laplacians.add(around - 4 * (row[x] as number));
  }
}

/** Reads the brightness (0..255) of a row of the box between the sides of `seen`. */
function brightnessReader(
  image: Image,
  box: PixelBox,
  seen: PixelBox,
): (y: number, row: Float64Array) => void {
  const { channels, data } = image;
  const perLevel = levelScale(image.depth);
  const [red, green, blue] = LUMA;
  return (y, row) => {
    for (let x = seen.x0; x < seen.x1; x++) {
      const at = ((box.y0 + y) * image.width + box.x0 + x) * channels;
      const first = data[at] as number;
      const level =
        channels <= 2
          ? first
          : red * first + green * (data[at + 1] as number) + blue * (data[at + 2] as number);
      row[x] = level / perLevel;
    }
  };
}

class Mean {
  #count = 0;
  #sum = 0;
  #squares = 0;

  add(value: number): void {
    this.#count += 1;
    this.#sum += value;
    this.#squares += value * value;
  }

  get mean(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count;
  }

  get variance(): number | null {
    if (this.mean === null) return null;
    return Math.max(0, this.#squares / this.#count - this.mean ** 2);
  }
}
