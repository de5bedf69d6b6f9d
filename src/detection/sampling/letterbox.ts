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

/** Where one output column or row reads: two neighbours and the weight of the second. */
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
 */
export function sampleLetterbox(
  picture: RgbPixels,
  input: InputSize,
  letterbox: Letterbox,
  part: PicturePart = wholeOf(picture),
): Float32Array<ArrayBuffer> {
  const { scale, offsetX, offsetY } = letterbox;
  const per = samplesPerSide(scale);
  const grid = { scaleX: scale / per, scaleY: scale / per, offsetX, offsetY };
  if (per === 1) return sampleGrid(picture, input, grid, part);
  const finer = { width: input.width * per, height: input.height * per };
  return averageBlocks(sampleGrid(picture, finer, grid, part), input, per);
}

export function wholeOf({ width, height }: InputSize): PicturePart {
  return { x: 0, y: 0, width, height };
}

/** How many samples, across and down, are averaged for one of the network's at a reduction. */
export function samplesPerSide(reduction: number): number {
  return reduction <= PLAIN_REDUCTION ? 1 : Math.ceil(reduction / SAMPLE_DISTANCE);
}

/** The mean of every square of side × side samples. */
export function averageBlocks(
  samples: Float32Array,
  { width, height }: InputSize,
  side: number,
): Float32Array<ArrayBuffer> {
  const means = new Float32Array(width * height * 3);
  for (let row = 0; row < height * side; row++) {
    const target = Math.floor(row / side) * width * 3;
    let from = row * width * side * 3;
    for (let column = 0; column < width; column++) {
      const to = target + column * 3;
      for (let sample = 0; sample < side; sample++, from += 3) {
        means[to] = (means[to] as number) + (samples[from] as number);
        means[to + 1] = (means[to + 1] as number) + (samples[from + 1] as number);
        means[to + 2] = (means[to + 2] as number) + (samples[from + 2] as number);
      }
    }
  }
  for (let at = 0; at < means.length; at++) means[at] = (means[at] as number) / (side * side);
  return means;
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
): Float32Array<ArrayBuffer> {
  const columns = tapsOf(part.x, part.width, input.width, scaleX, offsetX);
  const rows = tapsOf(part.y, part.height, input.height, scaleY, offsetY);
  const sampled = new Float32Array(input.width * input.height * 3);
  const { data, width } = picture;
  for (let y = rows.from; y < rows.to; y++) {
    const top = (rows.first[y] as number) * width;
    const bottom = (rows.second[y] as number) * width;
    const down = rows.weight[y] as number;
    for (let x = columns.from; x < columns.to; x++) {
      const left = columns.first[x] as number;
      const right = columns.second[x] as number;
      const across = columns.weight[x] as number;
      const to = (y * input.width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const topLeft = data[(top + left) * 3 + channel] as number;
        const topRight = data[(top + right) * 3 + channel] as number;
        const bottomLeft = data[(bottom + left) * 3 + channel] as number;
        const bottomRight = data[(bottom + right) * 3 + channel] as number;
        const upper = topLeft + (topRight - topLeft) * across;
        const lower = bottomLeft + (bottomRight - bottomLeft) * across;
        sampled[to + channel] = upper + (lower - upper) * down;
      }
    }
  }
  return sampled;
}

function tapsOf(start: number, size: number, places: number, scale: number, offset: number): Taps {
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
    first[place] = start + Math.max(0, Math.min(size - 1, floor));
    second[place] = start + Math.max(0, Math.min(size - 1, floor + 1));
    weight[place] = centre - floor;
  }
  return { first, second, weight, from, to };
}
