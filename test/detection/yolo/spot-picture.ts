import type { RgbPixels } from "../../../src/detection/sampling/letterbox.ts";

export interface Spot {
  /** Its left upper pixel, and its side. */
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly color: readonly [number, number, number];
}

export const RED = [255, 0, 0] as const;
export const BLUE = [0, 0, 255] as const;

/** Squares on black. */
export function drawSpots(width: number, height: number, spots: readonly Spot[]): RgbPixels {
  const data = new Uint8Array(width * height * 3);
  for (const { x, y, side, color } of spots) {
    for (let row = y; row < y + side; row++) {
      for (let column = x; column < x + side; column++) data.set(color, (row * width + column) * 3);
    }
  }
  return { width, height, data };
}

export function mirror({ width, height, data }: RgbPixels): RgbPixels {
  const mirrored = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + width - 1 - x) * 3;
      mirrored.set(data.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return { width, height, data: mirrored };
}

/** Grey around the picture. */
export function pad({ width, height, data }: RgbPixels, left: number, top: number): RgbPixels {
  const padded = new Uint8Array((width + left) * (height + top) * 3).fill(114);
  for (let y = 0; y < height; y++) {
    padded.set(data.subarray(y * width * 3, (y + 1) * width * 3), ((y + top) * (width + left) + left) * 3);
  }
  return { width: width + left, height: height + top, data: padded };
}

/** Every pixel repeated. */
export function enlarge({ width, height, data }: RgbPixels, factor: number): RgbPixels {
  const enlarged = new Uint8Array(data.length * factor * factor);
  for (let y = 0; y < height * factor; y++) {
    for (let x = 0; x < width * factor; x++) {
      const from = (Math.floor(y / factor) * width + Math.floor(x / factor)) * 3;
      enlarged.set(data.subarray(from, from + 3), (y * width * factor + x) * 3);
    }
  }
  return { width: width * factor, height: height * factor, data: enlarged };
}
