import { MaskloomError } from "../errors.ts";
import type { Image, Mask } from "../image/raster.ts";
import { atOnce, type Steps } from "../image/slices.ts";

export interface PixelChanges {
  /** Pixels with mask = 0 of which any sample differs. */
  readonly outside: number;
  /** Pixels with mask > 0 of which any sample differs. */
  readonly inside: number;
}

/** Compares two pictures sample by sample; knows nothing of how the second came to be. */
export const measureChanges = (before: Image, after: Image, mask: Mask): PixelChanges =>
  atOnce(measuringChanges(before, after, mask));

export function* measuringChanges(before: Image, after: Image, mask: Mask): Steps<PixelChanges> {
  const { channels } = before;
  if (before.data.length !== after.data.length || mask.data.length * channels !== before.data.length) {
    throw new MaskloomError(
      "INTERNAL",
      `changes: expected two pictures and a mask of ${before.width}x${before.height}, got ${after.width}x${after.height} and ${mask.width}x${mask.height}`,
    );
  }
  let outside = 0;
  let inside = 0;
  const length = before.width * channels;
  for (let y = 0; y < before.height; y++) {
    yield;
    const rowBefore = before.data.subarray(y * length, (y + 1) * length);
    const rowAfter = after.data.subarray(y * length, (y + 1) * length);
    if (bytesOf(rowBefore).equals(bytesOf(rowAfter))) continue;
    for (let x = 0; x < before.width; x++) {
      if (!differs(rowBefore, rowAfter, x * channels, channels)) continue;
      if (mask.data[y * before.width + x] === 0) outside += 1;
      else inside += 1;
    }
  }
  return { outside, inside };
}

type Samples = Image["data"];

const bytesOf = ({ buffer, byteOffset, byteLength }: Samples): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function differs(a: Samples, b: Samples, at: number, channels: number): boolean {
  for (let i = at; i < at + channels; i++) if (a[i] !== b[i]) return true;
  return false;
}
