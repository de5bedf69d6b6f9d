import { addFinerLine, divideSums, type RgbPixels, samplesPerSide } from "./letterbox.ts";
import { fromRegion, type Region } from "./region.ts";

/** Samples, across and down, that one of the network's stands for at most: more would take seconds and tell little. */
const MOST_SAMPLES = 16;

/**
 * A region as the network sees it: [size × size × 3] samples of 0–255, plain bilinear sampling at pixel centres, the
 * picture's border replicated, nothing rounded. This is MediaPipe's own sampling of a rotated rectangle. A reduction
 * by more than 8 takes the mean of several samples for each, as for a whole picture.
 */
export function sampleRegion(
  picture: RgbPixels,
  region: Region,
  size: number,
  into: Float32Array = new Float32Array(size * size * 3),
): Float32Array {
  const { width, height } = picture;
  // More than twice the picture is mostly border, of which more samples say nothing new.
  const reduction = Math.min(region.side, 2 * Math.max(width, height)) / size;
  const per = Math.min(MOST_SAMPLES, samplesPerSide(reduction));
  if (per === 1) {
    for (let row = 0; row < size; row++) sampleRow(picture, region, size, row, into, row * size * 3);
    return into;
  }
  const line = new Float32Array(size * per * 3);
  into.fill(0);
  for (let row = 0; row < size * per; row++) {
    sampleRow(picture, region, size * per, row, line, 0);
    addFinerLine(line, per, into, Math.floor(row / per) * size * 3);
  }
  return divideSums(into, per * per);
}

/** One row of size × size samples, into `sampled` from `start` on. */
function sampleRow(
  { width, height, data }: RgbPixels,
  region: Region,
  size: number,
  row: number,
  sampled: Float32Array,
  start: number,
): void {
  const step = region.side / size;
  const [acrossX, acrossY] = [Math.cos(region.angle) * step, Math.sin(region.angle) * step];
  const [startX, startY] = fromRegion(region, [0.5 / size, 0.5 / size]);
  const [lastX, lastY] = [width - 1, height - 1];
  const stride = 3 * width;
  // Of the square's axes the second is the first, turned by 90°. Pixel n has its centre at n + 0.5.
  let x = startX - row * acrossY - 0.5;
  let y = startY + row * acrossX - 0.5;
  for (let column = 0, to = start; column < size; column++, to += 3, x += acrossX, y += acrossY) {
    const floorX = Math.floor(x);
    const floorY = Math.floor(y);
    const x0 = clamp(floorX, lastX) * 3;
    const x1 = clamp(floorX + 1, lastX) * 3;
    const y0 = clamp(floorY, lastY) * stride;
    const y1 = clamp(floorY + 1, lastY) * stride;
    const a = y0 + x0;
    const b = y0 + x1;
    const c = y1 + x0;
    const d = y1 + x1;
    // The share of each of the four: they add up to 1.
    const ofD = (x - floorX) * (y - floorY);
    const ofC = y - floorY - ofD;
    const ofB = x - floorX - ofD;
    const ofA = 1 - ofB - ofC - ofD;
    // Unrolled: this is where the time goes.
    sampled[to] =
      (data[a] as number) * ofA +
      (data[b] as number) * ofB +
      (data[c] as number) * ofC +
      (data[d] as number) * ofD;
    sampled[to + 1] =
      (data[a + 1] as number) * ofA +
      (data[b + 1] as number) * ofB +
      (data[c + 1] as number) * ofC +
      (data[d + 1] as number) * ofD;
    sampled[to + 2] =
      (data[a + 2] as number) * ofA +
      (data[b + 2] as number) * ofB +
      (data[c + 2] as number) * ofC +
      (data[d + 2] as number) * ofD;
  }
}

/** The border goes on beyond the picture. */
function clamp(place: number, last: number): number {
  return place < 0 ? 0 : place > last ? last : place;
}
