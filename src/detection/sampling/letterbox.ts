/** An upright 8-bit RGB picture, interleaved, row-major. */
export interface RgbPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface InputSize {
  readonly width: number;
  readonly height: number;
}

/** How a picture lies within a network's input: picture pixel = input position × scale − offset. */
export interface Letterbox {
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** The whole picture, centred, its aspect kept; what it does not cover stays empty. */
export function fitLetterbox(picture: InputSize, input: InputSize): Letterbox {
  const scale = Math.max(picture.width / input.width, picture.height / input.height);
  return {
    scale,
    offsetX: (input.width * scale - picture.width) / 2,
    offsetY: (input.height * scale - picture.height) / 2,
  };
}

/** A part of a picture, in whole pixels; what lies around it is not looked at. */
export interface PicturePart extends InputSize {
  readonly x: number;
  readonly y: number;
}

/** Where one output column or row reads: two neighbours, as offsets into the picture's data, and the weight of the second. */
interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float32Array;
  /** Outputs [from, to) lie within the picture. */
  readonly from: number;
  readonly to: number;
}

/** Up to this reduction pictures are sampled exactly as the original does it; beyond it that loses faces to noise. */
const PLAIN_REDUCTION = 8;
/** Distance, in pixels of the picture, between the samples that are averaged beyond it. */
const SAMPLE_DISTANCE = 4;

/**
 * The picture as the network sees it: [height × width × 3] samples of 0–255, zero border, plain bilinear sampling
 * at pixel centres, the picture's edge replicated, nothing rounded. This is what MediaPipe's own sampling does and
 * reproduces its boxes to the rounding of the references; samples rounded to bytes moved a box by 4 pixels.
 *
 * A reduction by more than 8 takes the mean of several samples for each. One sample of so many pixels is mostly
 * noise: in noisy photos of 12 megapixels plain sampling lost faces that score 0.81 this way.
 *
 * @param part of the picture, seen as if it were cut out; the letterbox is that of the part
 * @param into memory for the samples, whatever it holds
 */
export function sampleLetterbox(
  picture: RgbPixels,
  input: InputSize,
  letterbox: Letterbox,
  part: PicturePart = wholeOf(picture),
  into: Float32Array = new Float32Array(input.width * input.height * 3),
): Float32Array {
  const { scale, offsetX, offsetY } = letterbox;
  const per = samplesPerSide(scale);
  const grid = { scaleX: scale / per, scaleY: scale / per, offsetX, offsetY };
  return per === 1
    ? sampleGrid(picture, input, grid, part, into)
    : sampleFiner(picture, input, { across: per, down: per }, grid, part, into);
}

export function wholeOf({ width, height }: InputSize): PicturePart {
  return { x: 0, y: 0, width, height };
}

/** How many samples, across and down, are averaged for one of the network's at a reduction. */
export function samplesPerSide(reduction: number): number {
  return reduction <= PLAIN_REDUCTION ? 1 : Math.ceil(reduction / SAMPLE_DISTANCE);
}

/**
 * Adds a line of samples, `per` times as fine as the means, to a row of them from `start` on: after some
 * lines they hold the sums of rectangles of samples.
 */
export function addFinerLine(line: Float32Array, per: number, sums: Float32Array, start: number): void {
  for (let from = 0, to = start; from < line.length; to += 3) {
    for (let sample = 0; sample < per; sample++, from += 3) {
      sums[to] = (sums[to] as number) + (line[from] as number);
      sums[to + 1] = (sums[to + 1] as number) + (line[from + 1] as number);
      sums[to + 2] = (sums[to + 2] as number) + (line[from + 2] as number);
    }
  }
}

/** Sums of `count` samples each become their means. */
export function divideSums(sums: Float32Array, count: number): Float32Array {
  for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] as number) / count;
  return sums;
}

/** How a part of a picture lies within a network's input: part pixel = input position × scale − offset, on each axis. */
export interface SampleGrid {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** [height × width × 3] samples: plain bilinear at pixel centres, the part's edge replicated, zero beyond it. */
export function sampleGrid(
  picture: RgbPixels,
  input: InputSize,
  { scaleX, scaleY, offsetX, offsetY }: SampleGrid,
  part: PicturePart,
  sampled: Float32Array = new Float32Array(input.width * input.height * 3),
): Float32Array {
  const columns = tapsOf(part.x, part.width, input.width, scaleX, offsetX, 3);
  const rows = tapsOf(part.y, part.height, input.height, scaleY, offsetY, 3 * picture.width);
  // What lies beyond the part stays as it is below, and the memory may hold another picture.
  if (!isWhole(columns, input.width) || !isWhole(rows, input.height)) sampled.fill(0);
  for (let y = rows.from; y < rows.to; y++) {
    const line = { first: rows.first[y] as number, second: rows.second[y] as number };
    sampleLine(picture.data, line, rows.weight[y] as number, columns, sampled, y * input.width * 3);
  }
  return sampled;
}

/**
 * As sampleGrid in an input that is finer, whose rectangles of across × down samples are averaged. Never more than one
 * line of it is there: that input would take a gigabyte for a panorama of 30 000 pixels.
 * @param grid of the finer input
 */
export function sampleFiner(
  picture: RgbPixels,
  input: InputSize,
  { across, down }: { readonly across: number; readonly down: number },
  { scaleX, scaleY, offsetX, offsetY }: SampleGrid,
  part: PicturePart,
  means: Float32Array = new Float32Array(input.width * input.height * 3),
): Float32Array {
  const columns = tapsOf(part.x, part.width, input.width * across, scaleX, offsetX, 3);
  const rows = tapsOf(part.y, part.height, input.height * down, scaleY, offsetY, 3 * picture.width);
  const samples = new Float32Array(input.width * across * 3);
  means.fill(0);
  for (let y = rows.from; y < rows.to; y++) {
    const line = { first: rows.first[y] as number, second: rows.second[y] as number };
    sampleLine(picture.data, line, rows.weight[y] as number, columns, samples, 0);
    addFinerLine(samples, across, means, Math.floor(y / down) * input.width * 3);
  }
  return divideSums(means, across * down);
}

function isWhole({ from, to }: Taps, places: number): boolean {
  return from === 0 && to === places;
}

/** One line of samples, between two of the picture's, into `sampled` from `start` on. Unrolled: this is where the time goes. */
function sampleLine(
  data: Uint8Array,
  { first: top, second: bottom }: { readonly first: number; readonly second: number },
  down: number,
  { first, second, weight, from, to: end }: Taps,
  sampled: Float32Array,
  start: number,
): void {
  for (let x = from, to = start + from * 3; x < end; x++, to += 3) {
    const left = first[x] as number;
    const right = second[x] as number;
    const across = weight[x] as number;
    const a = top + left;
    const b = top + right;
    const c = bottom + left;
    const d = bottom + right;
    const red = data[a] as number;
    const green = data[a + 1] as number;
    const blue = data[a + 2] as number;
    const upperRed = red + ((data[b] as number) - red) * across;
    const upperGreen = green + ((data[b + 1] as number) - green) * across;
    const upperBlue = blue + ((data[b + 2] as number) - blue) * across;
    const lowRed = data[c] as number;
    const lowGreen = data[c + 1] as number;
    const lowBlue = data[c + 2] as number;
    const lowerRed = lowRed + ((data[d] as number) - lowRed) * across;
    const lowerGreen = lowGreen + ((data[d + 1] as number) - lowGreen) * across;
    const lowerBlue = lowBlue + ((data[d + 2] as number) - lowBlue) * across;
    sampled[to] = upperRed + (lowerRed - upperRed) * down;
    sampled[to + 1] = upperGreen + (lowerGreen - upperGreen) * down;
    sampled[to + 2] = upperBlue + (lowerBlue - upperBlue) * down;
  }
}

/** @param step from one pixel to the next in the picture's data */
function tapsOf(
  start: number,
  size: number,
  places: number,
  scale: number,
  offset: number,
  step: number,
): Taps {
  const first = new Int32Array(places);
  const second = new Int32Array(places);
  const weight = new Float32Array(places);
  let from = places;
  let to = 0;
  for (let place = 0; place < places; place++) {
    const position = (place + 0.5) * scale - offset;
    if (position < 0 || position > size) continue;
    from = Math.min(from, place);
    to = place + 1;
    const centre = position - 0.5;
    const floor = Math.floor(centre);
    first[place] = step * (start + Math.max(0, Math.min(size - 1, floor)));
    second[place] = step * (start + Math.max(0, Math.min(size - 1, floor + 1)));
    weight[place] = centre - floor;
  }
  return { first, second, weight, from, to };
}
