import type { InputSize, RgbPixels } from "../letterbox.ts";
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

/** Distance, in pixels of the picture, between the samples that are averaged in a larger reduction. */
const SAMPLE_DISTANCE = 4;

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
 * The picture as the network sees it: [3 × height × width] of 0–1, bilinear at pixel centres as in training. Where
 * the picture is reduced to less than a quarter, the mean of several samples stands for each: single ones would be
 * mostly noise.
 */
export function sampleYoloLetterbox(picture: RgbPixels, letterbox: YoloLetterbox): Float32Array<ArrayBuffer> {
  const { width, height, left, top, innerWidth, innerHeight } = letterbox;
  const plane = width * height;
  const samples = new Float32Array(3 * plane).fill(BORDER);
  const across = tapsOf(picture.width, innerWidth);
  const down = tapsOf(picture.height, innerHeight);
  const line = new Float32Array(3 * innerWidth);
  const share = 1 / (255 * across.per * down.per);
  for (let y = 0; y < innerHeight; y++) {
    line.fill(0);
    for (let tap = y * down.per; tap < (y + 1) * down.per; tap++) addLine(picture, across, down, tap, line);
    const start = (top + y) * width + left;
    for (let x = 0, from = 0; x < innerWidth; x++, from += 3) {
      samples[start + x] = (line[from] as number) * share;
      samples[start + x + plane] = (line[from + 1] as number) * share;
      samples[start + x + 2 * plane] = (line[from + 2] as number) * share;
    }
  }
  return samples;
}

/** Where samples lie along one axis: two neighbouring pixels and the weight of the second; `per` of them for each pixel of the input. */
interface Taps {
  readonly per: number;
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float32Array;
}

function tapsOf(size: number, inner: number): Taps {
  const per = Math.max(1, Math.ceil(size / inner / SAMPLE_DISTANCE));
  const places = inner * per;
  const taps = {
    per,
    first: new Int32Array(places),
    second: new Int32Array(places),
    weight: new Float32Array(places),
  };
  for (let place = 0; place < places; place++) {
    const centre = Math.max(0, Math.min(size - 1, ((place + 0.5) * size) / places - 0.5));
    const floor = Math.floor(centre);
    taps.first[place] = floor;
    taps.second[place] = Math.min(size - 1, floor + 1);
    taps.weight[place] = centre - floor;
  }
  return taps;
}

/** Adds one line of samples to the sums in `line`. */
function addLine(
  { data, width }: RgbPixels,
  across: Taps,
  down: Taps,
  tap: number,
  line: Float32Array,
): void {
  const upper = (down.first[tap] as number) * width;
  const lower = (down.second[tap] as number) * width;
  const lowerShare = down.weight[tap] as number;
  const upperShare = 1 - lowerShare;
  const { per, first, second, weight } = across;
  for (let place = 0, to = 0, left = per; place < first.length; place++) {
    const from = first[place] as number;
    const next = second[place] as number;
    const right = weight[place] as number;
    const a = 3 * (upper + from);
    const b = 3 * (upper + next);
    const c = 3 * (lower + from);
    const d = 3 * (lower + next);
    for (let channel = 0; channel < 3; channel++) {
      const start = (data[a + channel] as number) * upperShare + (data[c + channel] as number) * lowerShare;
      const end = (data[b + channel] as number) * upperShare + (data[d + channel] as number) * lowerShare;
      line[to + channel] = (line[to + channel] as number) + start + (end - start) * right;
    }
    left -= 1;
    if (left > 0) continue;
    left = per;
    to += 3;
  }
}
