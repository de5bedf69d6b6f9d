import { MaskloomError } from "../errors.ts";
import { hasAlpha, type Image, type Mask } from "../image/raster.ts";
import { LUMA, levelScale } from "../image/samples.ts";
import { atOnce, type Steps } from "../image/slices.ts";

/** Pixels between two places where the work may rest. */
const STEP_PIXELS = 4096;

/**
 * `base` with `over` laid on it through the mask: white shows `over`, black `base`, grey a mixture. The result is of the
 * base's kind: a grey `over` is repeated, a coloured one on a grey base becomes its brightness. Where both have alpha the
 * mixture counts colours by it; where only `over` has, what is transparent in it shows the base. Where the mask is 0 the
 * samples are the base's own, copied.
 * Errors: INTERNAL unless all three have one size.
 */
export const composite = (base: Image, over: Image, mask: Mask): Image =>
  atOnce(compositing(base, over, mask));

export function* compositing(base: Image, over: Image, mask: Mask): Steps<Image> {
  checkSizes(base, over, mask);
  const result = { ...base, data: base.data.slice() } as Image;
  const read = pixelReader(over, base);
  const colours = hasAlpha(base) ? base.channels - 1 : base.channels;
  const max = 255 * levelScale(base.depth);
  const pixel: Pixel = { colours: [0, 0, 0], alpha: 1 };
  for (let i = 0; i < mask.data.length; i++) {
    if (i % STEP_PIXELS === 0) yield;
    const level = mask.data[i] as number;
    if (level === 0) continue;
    read(i, pixel);
    if (hasAlpha(base)) mixWithAlpha(result, i, pixel, level / 255, max);
    else {
      const weight = (level / 255) * pixel.alpha;
      for (let c = 0; c < colours; c++)
        mixSample(result, i * colours + c, pixel.colours[c] as number, weight);
    }
  }
  return result;
}

/** In samples of the base's depth; alpha in 0..1. */
interface Pixel {
  readonly colours: number[];
  alpha: number;
}

function mixSample({ data }: Image, at: number, colour: number, weight: number): void {
  data[at] = Math.round(weight * colour + (1 - weight) * (data[at] as number));
}

/** Colours count by their alpha; the alpha itself is mixed as it stands. */
function mixWithAlpha(result: Image, pixel: number, over: Pixel, weight: number, max: number): void {
  const { data, channels } = result;
  const first = pixel * channels;
  const alphaAt = first + channels - 1;
  const shown = weight * over.alpha;
  const kept = (1 - weight) * ((data[alphaAt] as number) / max);
  const share = shown + kept === 0 ? weight : shown / (shown + kept);
  for (let c = 0; c < channels - 1; c++) mixSample(result, first + c, over.colours[c] as number, share);
  data[alphaAt] = Math.round((shown + kept) * max);
}

/** Reads pixels of `over` as those of the base's kind. */
function pixelReader(over: Image, base: Image): (pixel: number, into: Pixel) => void {
  const { data, channels } = over;
  const transparent = hasAlpha(over);
  const isGrey = channels <= 2;
  const ownMax = 255 * levelScale(over.depth);
  const factor = levelScale(base.depth) / levelScale(over.depth);
  const wantsGrey = base.channels <= 2;
  const [red, green, blue] = LUMA;
  return (pixel, into) => {
    const at = pixel * channels;
    const sample = (c: number): number => (data[at + (isGrey ? 0 : c)] as number) * factor;
    if (wantsGrey && !isGrey) into.colours[0] = red * sample(0) + green * sample(1) + blue * sample(2);
    else for (let c = 0; c < 3; c++) into.colours[c] = sample(c);
    into.alpha = transparent ? (data[at + channels - 1] as number) / ownMax : 1;
  };
}

function checkSizes(base: Image, over: Image, mask: Mask): void {
  if ([over, mask].every(({ width, height }) => width === base.width && height === base.height)) return;
  throw new MaskloomError(
    "INTERNAL",
    `composite: expected three of ${base.width}x${base.height}, got ${over.width}x${over.height} and ${mask.width}x${mask.height}`,
  );
}
