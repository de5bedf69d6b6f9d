import fc from "fast-check";
import type { Channels, FloatImage, Image, Mask, Size } from "../../src/image/raster.ts";

/** A small generator of repeatable numbers in 0..1 (mulberry32), so that a failing picture can be made again. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function noiseImage(size: Size, channels: Channels, depth: 8 | 16, seed = 1): Image {
  const random = randomNumbers(seed);
  const length = size.width * size.height * channels;
  const levels = depth === 8 ? 256 : 65536;
  const sample = (): number => Math.floor(random() * levels);
  return depth === 8
    ? { ...size, channels, depth, data: Uint8Array.from({ length }, sample) }
    : { ...size, channels, depth, data: Uint16Array.from({ length }, sample) };
}

/** Soft shapes and a little grain, in 16..240: like a photo, it hardly overshoots when it is enlarged. */
export function softImage(size: Size, channels: Channels, depth: 8 | 16, seed = 1): Image {
  const random = randomNumbers(seed);
  const waves = Array.from({ length: 6 }, () => [random() * 0.25, random() * 0.25, random() * 6.3, random()]);
  const image = noiseImage(size, channels, depth, seed);
  const scale = depth === 8 ? 1 : 257;
  for (let i = 0; i < image.data.length; i++) {
    const pixel = Math.floor(i / channels);
    const [x, y] = [pixel % size.width, Math.floor(pixel / size.width)];
    const value = waves.reduce((sum, [u = 0, v = 0, phase = 0, weight = 0]) => {
      return sum + weight * Math.sin(u * x + v * y + phase + (i % channels));
    }, 0);
    const isAlpha = channels % 2 === 0 && i % channels === channels - 1;
    image.data[i] = isAlpha ? 255 * scale : Math.round((128 + 26 * value + 6 * random()) * scale);
  }
  return image;
}

export const floatOf = ({ width, height }: Size, at: (i: number) => number): FloatImage => ({
  width,
  height,
  channels: 3,
  data: Float32Array.from({ length: width * height * 3 }, (_, i) => at(i)),
});

export function maskOf({ width, height }: Size, at: (x: number, y: number) => number): Mask {
  const data = Uint8Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width)));
  return { width, height, data };
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return largest;
}

/** Peak signal-to-noise ratio of 8-bit samples in dB. */
export function psnr(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10((255 * 255 * a.length) / sum);
}

export const sizes = (max: number): fc.Arbitrary<Size> =>
  fc.record({ width: fc.integer({ min: 1, max }), height: fc.integer({ min: 1, max }) });

export const channelCounts: fc.Arbitrary<Channels> = fc.constantFrom(1, 2, 3, 4);
export const depths: fc.Arbitrary<8 | 16> = fc.constantFrom(8, 16);

/** Masks of blobs and specks of any level; black and white ones among them. */
export function masksFor(size: Size): fc.Arbitrary<Mask> {
  const blob = fc.record({
    x: fc.integer({ min: -4, max: size.width }),
    y: fc.integer({ min: -4, max: size.height }),
    w: fc.integer({ min: 1, max: size.width + 4 }),
    h: fc.integer({ min: 1, max: size.height + 4 }),
    level: fc.constantFrom(255, 255, 128, 1, 37),
  });
  const blobs = fc
    .array(blob, { maxLength: 4 })
    .map((list) =>
      maskOf(size, (x, y) =>
        list.reduce(
          (level, b) =>
            x >= b.x && x < b.x + b.w && y >= b.y && y < b.y + b.h ? Math.max(level, b.level) : level,
          0,
        ),
      ),
    );
  const noise = fc.integer().map((seed) => {
    const random = randomNumbers(seed);
    return maskOf(size, () => (random() < 0.15 ? Math.floor(random() * 256) : 0));
  });
  return fc.oneof(
    { weight: 6, arbitrary: blobs },
    { weight: 2, arbitrary: noise },
    { weight: 1, arbitrary: fc.constantFrom(0, 255).map((level) => maskOf(size, () => level)) },
  );
}
