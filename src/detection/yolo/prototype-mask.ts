import type { Box } from "../../contracts/detection.ts";
import type { PixelBox } from "../../image/raster.ts";
import type { InputSize } from "../sampling/letterbox.ts";
import type { YoloLetterbox } from "./yolo-letterbox.ts";

/** The masks that every find of one picture is mixed from: [channels × height × width]. */
export interface Prototypes extends InputSize {
  readonly channels: number;
  readonly data: Float32Array;
}

/** Pixels of the picture that belong to a find: row-major pixels of `box`, 255 inside, else 0. */
export interface MaskPatch {
  readonly kind: "patch";
  readonly box: PixelBox;
  readonly data: Uint8Array;
}

/**
 * The mask of one find at the picture's resolution, within its box: prototypes mixed by its coefficients, sampled
 * bilinearly at pixel centres; inside is where the sigmoid of the mixture exceeds 0.5, which is where the mixture
 * exceeds 0. What lies in the input's border around the picture has no part in it.
 * @param box in pixels of the picture, within it
 */
export function readPrototypeMask(
  prototypes: Prototypes,
  coefficients: Float32Array,
  box: Box,
  picture: InputSize,
  letterbox: YoloLetterbox,
): MaskPatch {
  const pixels = pixelsOf(box);
  const width = pixels.x1 - pixels.x0;
  const data = new Uint8Array(width * (pixels.y1 - pixels.y0));
  if (data.length === 0) return { kind: "patch", box: pixels, data };
  const { left, top, innerWidth, innerHeight } = letterbox;
  const cellWidth = letterbox.width / prototypes.width;
  const cellHeight = letterbox.height / prototypes.height;
  const across = tapsOf(pixels.x0, pixels.x1, innerWidth / picture.width, left, innerWidth, cellWidth);
  const down = tapsOf(pixels.y0, pixels.y1, innerHeight / picture.height, top, innerHeight, cellHeight);
  const window = windowOf(across, down);
  const mixture = mix(prototypes, coefficients, window);
  const cells = window.x1 - window.x0;
  const line = new Float32Array(cells);
  const runs = runsOf(across.first);
  for (let row = 0; row < pixels.y1 - pixels.y0; row++) {
    const upper = ((down.first[row] as number) - window.y0) * cells;
    const lower = ((down.second[row] as number) - window.y0) * cells;
    const share = down.weight[row] as number;
    for (let cell = 0; cell < cells; cell++) {
      const above = mixture[upper + cell] as number;
      line[cell] = above + ((mixture[lower + cell] as number) - above) * share;
    }
    fillRow(data.subarray(row * width, (row + 1) * width), line, window.x0, across, runs);
  }
  return { kind: "patch", box: pixels, data };
}

/** The pixels whose centres lie in the box. */
function pixelsOf([x0, y0, x1, y1]: Box): PixelBox {
  return {
    x0: Math.ceil(x0 - 0.5),
    y0: Math.ceil(y0 - 0.5),
    x1: Math.ceil(x1 - 0.5),
    y1: Math.ceil(y1 - 0.5),
  };
}

/** For each pixel along one axis two neighbouring cells of the prototypes and the weight of the second. */
interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float32Array;
}

/**
 * @param scale input pixels for each pixel of the picture
 * @param start where the picture begins in the input, and `inner` how long it is there
 */
function tapsOf(from: number, to: number, scale: number, start: number, inner: number, cell: number): Taps {
  // Cells whose centres lie in the picture; a picture may be thinner than one cell.
  const lowest = Math.ceil(start / cell - 0.5);
  const highest = Math.max(lowest, Math.ceil((start + inner) / cell - 0.5) - 1);
  const count = to - from;
  const taps = {
    first: new Int32Array(count),
    second: new Int32Array(count),
    weight: new Float32Array(count),
  };
  for (let place = 0; place < count; place++) {
    const position = ((from + place + 0.5) * scale + start) / cell - 0.5;
    const held = Math.max(lowest, Math.min(highest, position));
    const floor = Math.floor(held);
    taps.first[place] = floor;
    taps.second[place] = Math.min(highest, floor + 1);
    taps.weight[place] = held - floor;
  }
  return taps;
}

/** The cells that some pixel reads. */
function windowOf(across: Taps, down: Taps): PixelBox {
  return {
    x0: across.first[0] as number,
    y0: down.first[0] as number,
    x1: (across.second.at(-1) as number) + 1,
    y1: (down.second.at(-1) as number) + 1,
  };
}

/** Where the pixels begin that lie between the same two cells; the last entry is their number. */
function runsOf(first: Int32Array): number[] {
  const starts = [...first.keys()].filter((place) => first[place] !== first[place - 1]);
  return [...starts, first.length];
}

/** Sets the pixels of one row that are inside. Between two cells of one side nothing needs to be sampled. */
function fillRow(
  pixels: Uint8Array,
  line: Float32Array,
  firstCell: number,
  { first, second, weight }: Taps,
  runs: readonly number[],
): void {
  for (let run = 0; run + 1 < runs.length; run++) {
    const [from, to] = [runs[run] as number, runs[run + 1] as number];
    const before = line[(first[from] as number) - firstCell] as number;
    const after = line[(second[to - 1] as number) - firstCell] as number;
    if (before > 0 && after > 0) pixels.fill(255, from, to);
    if (before > 0 === after > 0) continue;
    for (let place = from; place < to; place++) {
      if (before + (after - before) * (weight[place] as number) > 0) pixels[place] = 255;
    }
  }
}

/** Channels that are added in one go: the sums are read, rounded and written less often. */
const TOGETHER = 4;

/** The sum of the prototypes, each times its coefficient, within a window. */
function mix(
  { channels, width, height, data }: Prototypes,
  coefficients: Float32Array,
  window: PixelBox,
): Float32Array {
  const cells = window.x1 - window.x0;
  const mixture = new Float32Array(cells * (window.y1 - window.y0));
  const plane = width * height;
  const together = channels - (channels % TOGETHER);
  for (let channel = 0; channel < together; channel += TOGETHER) {
    const first = coefficients[channel] as number;
    const second = coefficients[channel + 1] as number;
    const third = coefficients[channel + 2] as number;
    const fourth = coefficients[channel + 3] as number;
    for (let y = window.y0, to = 0; y < window.y1; y++) {
      let a = channel * plane + y * width + window.x0;
      for (let cell = 0; cell < cells; cell++, a++, to++) {
        const b = a + plane;
        const c = b + plane;
        const d = c + plane;
        mixture[to] =
          (mixture[to] as number) +
          first * (data[a] as number) +
          second * (data[b] as number) +
          third * (data[c] as number) +
          fourth * (data[d] as number);
      }
    }
  }
  for (let channel = together; channel < channels; channel++) {
    const coefficient = coefficients[channel] as number;
    for (let y = window.y0, to = 0; y < window.y1; y++) {
      const from = channel * plane + y * width + window.x0;
      for (let cell = 0; cell < cells; cell++, to++) {
        mixture[to] = (mixture[to] as number) + coefficient * (data[from + cell] as number);
      }
    }
  }
  return mixture;
}
