/** Width and height in whole pixels, both at least 1. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha. */
export type Channels = 1 | 2 | 3 | 4;

interface Samples<Depth extends 8 | 16, Data> extends Size {
  readonly channels: Channels;
  readonly depth: Depth;
  /** Interleaved, row-major, `width * height * channels` samples of 0..255 or 0..65535. */
  readonly data: Data;
}

/** Decoded upright pixels: the file's own samples, alpha not premultiplied, profile not converted. */
export type Image = Samples<8, Uint8Array> | Samples<16, Uint16Array>;

/** Row-major 8-bit grey; 255 = repaint, 0 = keep. */
export interface Mask extends Size {
  readonly data: Uint8Array;
}

/** Interleaved RGB in the range 0..255, not rounded; values may overshoot the range a little. */
export interface FloatImage extends Size {
  readonly channels: 3;
  readonly data: Float32Array;
}

/** Half-open whole-pixel box [x0, x1) x [y0, y1). */
export interface PixelBox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export function hasAlpha(image: { readonly channels: Channels }): boolean {
  return image.channels === 2 || image.channels === 4;
}

/** An unpainted image of the same kind as `like`. */
export function blankImage(like: Image, size: Size): Image {
  const { width, height } = size;
  const { channels } = like;
  const samples = width * height * channels;
  return like.depth === 8
    ? { width, height, channels, depth: 8, data: new Uint8Array(samples) }
    : { width, height, channels, depth: 16, data: new Uint16Array(samples) };
}

export function blankMask({ width, height }: Size): Mask {
  return { width, height, data: new Uint8Array(width * height) };
}

export function blankFloatImage({ width, height }: Size): FloatImage {
  return { width, height, channels: 3, data: new Float32Array(width * height * 3) };
}
