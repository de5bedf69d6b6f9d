import type { InputSize, RgbPixels } from "../sampling/letterbox.ts";
import type { YoloFacts } from "./yolo-facts.ts";

/** How a picture lies within a network's input: scaled to `innerWidth` × `innerHeight` with its corner at left, top. */
export interface YoloLetterbox extends InputSize {
  readonly left: number;
  readonly top: number;
  readonly innerWidth: number;
  readonly innerHeight: number;
}

/** The grey that these networks are trained with around the picture. */
const BORDER = 114 / 255;

/** Up to this reduction pictures are sampled as in training; beyond it the two pixels of a sample move apart. */
const PLAIN_REDUCTION = 4;
/** Pixels of the picture, along each axis, that one sample stands for at most. */
const SAMPLE_REACH = 8;

/**
 * The picture fitted into the input as in training: its aspect kept (to whole pixels), centred. A dynamic input is
 * no larger than the next multiples of the network's stride around it.
 */
export function fitYoloLetterbox(
  picture: InputSize,
  { width, height, dynamic, stride }: Pick<YoloFacts, "width" | "height" | "dynamic" | "stride">,
): YoloLetterbox {
  const scale = Math.min(width / picture.width, height / picture.height);
  const innerWidth = Math.max(1, roundHalfToEven(picture.width * scale));
  const innerHeight = Math.max(1, roundHalfToEven(picture.height * scale));
  const input = dynamic
    ? { width: Math.ceil(innerWidth / stride) * stride, height: Math.ceil(innerHeight / stride) * stride }
    : { width, height };
  return {
    ...input,
    innerWidth,
    innerHeight,
    left: Math.floor((input.width - innerWidth) / 2),
    top: Math.floor((input.height - innerHeight) / 2),
  };
}

/** As Python rounds: the original's sizes are whole pixels rounded so. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * The picture as the network sees it: [3 × height × width] of 0–1, bilinear at pixel centres as in training. In
 * reductions to less than a quarter the four pixels of a sample lie apart, and to less than an eighth the mean of
 * several samples is taken: neighbours would be mostly noise.
 */
export function sampleYoloLetterbox(
  picture: RgbPixels,
  letterbox: YoloLetterbox,
  samples: Float32Array = new Float32Array(3 * letterbox.width * letterbox.height),
): Float32Array {
  const { width, left, top, innerWidth, innerHeight } = letterbox;
  // Samples are added to what is there, and the memory may hold another picture.
  samples.fill(0);
  fillBorder(samples, letterbox);
  const across = tapsOf(picture.width, innerWidth, 3);
  const down = tapsOf(picture.height, innerHeight, 3 * picture.width);
  const sampling = { picture, across, down, samples };
  for (let tap = 0; tap < down.first.length; tap++) {
    const line = (top + Math.floor(tap / down.per)) * width + left;
    for (let shift = 0; shift < across.per; shift++) addLine(sampling, tap, shift, line);
  }
  return samples;
}

interface Sampling {
  readonly picture: RgbPixels;
  readonly across: Taps;
  readonly down: Taps;
  readonly samples: Float32Array;
}

function fillBorder(
  samples: Float32Array,
  { width, height, left, top, innerWidth, innerHeight }: YoloLetterbox,
): void {
  for (let y = 0; y < 3 * height; y++) {
    const row = y % height;
    const isBorder = row < top || row >= top + innerHeight;
    samples.fill(BORDER, y * width, y * width + (isBorder ? width : left));
    samples.fill(BORDER, y * width + left + innerWidth, (y + 1) * width);
  }
}

/** Where samples lie along one axis: two pixels, as offsets into the picture's data, and the weight of the second. */
interface Taps {
  /** Samples for each pixel of the input. */
  readonly per: number;
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float32Array;
}

/** @param step from one pixel to the next in the picture's data */
function tapsOf(size: number, inner: number, step: number): Taps {
  const per = Math.max(1, Math.ceil(size / inner / SAMPLE_REACH));
  const places = inner * per;
  const reach = size / places;
  const apart = reach > PLAIN_REDUCTION ? reach / 4 : 0;
  const taps = {
    per,
    first: new Int32Array(places),
    second: new Int32Array(places),
    weight: new Float32Array(places),
  };
  for (let place = 0; place < places; place++) {
    const centre = Math.max(0, Math.min(size - 1, (place + 0.5) * reach - 0.5));
    const first = Math.max(0, Math.floor(centre - apart));
    const second = Math.min(size - 1, Math.ceil(centre + apart));
    taps.first[place] = first * step;
    taps.second[place] = second * step;
    taps.weight[place] = second === first ? 0 : (centre - first) / (second - first);
  }
  return taps;
}

/**
 * Adds line `tap` of samples to the three planes from `start` on: of several for each pixel of the input the one at
 * `shift`. Unrolled: this is where the time goes.
 */
function addLine(
  { picture, across, down, samples }: Sampling,
  tap: number,
  shift: number,
  start: number,
): void {
  const { data } = picture;
  const { per, first, second, weight } = across;
  const upper = down.first[tap] as number;
  const lower = down.second[tap] as number;
  const share = 1 / (255 * per * down.per);
  const low = (down.weight[tap] as number) * share;
  const high = share - low;
  const plane = samples.length / 3;
  for (let place = shift, to = start; place < first.length; place += per, to++) {
    const a = upper + (first[place] as number);
    const b = upper + (second[place] as number);
    const c = lower + (first[place] as number);
    const d = lower + (second[place] as number);
    const right = weight[place] as number;
    const red = (data[a] as number) * high + (data[c] as number) * low;
    const green = (data[a + 1] as number) * high + (data[c + 1] as number) * low;
    const blue = (data[a + 2] as number) * high + (data[c + 2] as number) * low;
    const redEnd = (data[b] as number) * high + (data[d] as number) * low;
    const greenEnd = (data[b + 1] as number) * high + (data[d + 1] as number) * low;
    const blueEnd = (data[b + 2] as number) * high + (data[d + 2] as number) * low;
    samples[to] = (samples[to] as number) + red + (redEnd - red) * right;
    samples[to + plane] = (samples[to + plane] as number) + green + (greenEnd - green) * right;
    samples[to + 2 * plane] = (samples[to + 2 * plane] as number) + blue + (blueEnd - blue) * right;
  }
}
