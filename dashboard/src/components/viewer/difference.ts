/** What two pictures of one size differ in. */
export interface Difference {
  /** RGBA: black where nothing differs, through red and yellow to white. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** Pixels of which any channel differs. */
  readonly changed: number;
  /** The largest difference of a channel, 0 to 255. */
  readonly largest: number;
}

const CHANNELS = 4;
const FULL = 255;

/**
 * The largest difference of a pixel's channels, times `gain`, as heat.
 * @param before, after RGBA of equal length
 * @throws RangeError where they are of different sizes
 */
export function differenceOf(before: Uint8ClampedArray, after: Uint8ClampedArray, gain: number): Difference {
  if (before.length !== after.length) {
    throw new RangeError(`expected pictures of one size, got ${before.length} and ${after.length} values`);
  }
  const pixels = new Uint8ClampedArray(before.length);
  let changed = 0;
  let largest = 0;
  for (let at = 0; at < before.length; at += CHANNELS) {
    const distance = Math.max(
      apart(before, after, at),
      apart(before, after, at + 1),
      apart(before, after, at + 2),
    );
    if (distance > 0) changed += 1;
    if (distance > largest) largest = distance;
    /* Each third of the heat fills one channel more. */
    const heat = Math.min(FULL, distance * gain) * 3;
    pixels[at] = heat;
    pixels[at + 1] = heat - FULL;
    pixels[at + 2] = heat - 2 * FULL;
    pixels[at + 3] = FULL;
  }
  return { pixels, changed, largest };
}

function apart(before: Uint8ClampedArray, after: Uint8ClampedArray, at: number): number {
  return Math.abs((before[at] ?? 0) - (after[at] ?? 0));
}
