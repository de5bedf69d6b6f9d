import { MaskloomError } from "../errors.ts";
import type { Image, Mask } from "../image/raster.ts";

export interface PixelChanges {
  /** Pixels with mask = 0 of which any sample differs. */
  readonly outside: number;
  /** Pixels with mask > 0 of which any sample differs. */
  readonly inside: number;
}

/** Compares two pictures sample by sample; knows nothing of how the second came to be. */
export function measureChanges(before: Image, after: Image, mask: Mask): PixelChanges {
  const { channels } = before;
  if (before.data.length !== after.data.length || mask.data.length * channels !== before.data.length) {
    throw new MaskloomError(
      "INTERNAL",
      `changes: expected two pictures and a mask of ${before.width}x${before.height}, got ${after.width}x${after.height} and ${mask.width}x${mask.height}`,
    );
  }
  let outside = 0;
  let inside = 0;
  for (let i = 0; i < mask.data.length; i++) {
    let differs = false;
    for (let at = i * channels; at < (i + 1) * channels; at++) {
      if (before.data[at] !== after.data[at]) differs = true;
    }
    if (!differs) continue;
    if (mask.data[i] === 0) outside += 1;
    else inside += 1;
  }
  return { outside, inside };
}
