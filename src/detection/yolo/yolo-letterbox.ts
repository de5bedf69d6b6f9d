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
export function sampleYoloLetterbox(picture: RgbPixels, letterbox: YoloLetterbox): Float32Array<ArrayBuffer> {
  const { width, height, left, top, innerWidth, innerHeight } = letterbox;
  const samples = new Float32Array(3 * width * height).fill(BORDER);
  const across = tapsOf(picture.width, innerWidth, 3);
  const down = tapsOf(picture.height, innerHeight, 3 * picture.width);
  const line = new Float32Array(3 * innerWidth * across.per);
  for (let y = 0; y < innerHeight; y++) {
    line.fill(0);
    for (let tap = y * down.per; tap < (y + 1) * down.per; tap++) addLine(picture, across, down, tap, line);
    writeLine(line, across.per, 1 / (255 * across.per * down.per), samples, (top + y) * width + left);
  }
  return samples;
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

/** Adds one line of samples, interleaved, to the sums in `line`. Unrolled: this is where the time goes. */
function addLine({ data }: RgbPixels, across: Taps, down: Taps, tap: number, line: Float32Array): void {
  const upper = down.first[tap] as number;
  const lower = down.second[tap] as number;
  const low = down.weight[tap] as number;
  const high = 1 - low;
  const { first, second, weight } = across;
  for (let place = 0, to = 0; place < first.length; place++, to += 3) {
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
    line[to] = (line[to] as number) + red + (redEnd - red) * right;
    line[to + 1] = (line[to + 1] as number) + green + (greenEnd - green) * right;
    line[to + 2] = (line[to + 2] as number) + blue + (blueEnd - blue) * right;
  }
}

/** Writes the sums of `per` neighbouring samples, times a share, into the three planes. */
function writeLine(
  line: Float32Array,
  per: number,
  share: number,
  samples: Float32Array,
  start: number,
): void {
  const plane = samples.length / 3;
  for (let from = 0, to = start; from < line.length; to++) {
    let [red, green, blue] = [0, 0, 0];
    for (let sample = 0; sample < per; sample++, from += 3) {
      red += line[from] as number;
      green += line[from + 1] as number;
      blue += line[from + 2] as number;
    }
    samples[to] = red * share;
    samples[to + plane] = green * share;
    samples[to + 2 * plane] = blue * share;
  }
}
