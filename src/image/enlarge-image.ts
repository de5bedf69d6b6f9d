import { LANCZOS3 } from "./filter-matrix.ts";
import { blankImage, hasAlpha, type Image, type Size } from "./raster.ts";
import { levelScale } from "./samples.ts";
import { type RowSource, scalingRows } from "./scale-rows.ts";
import { atOnce, type Steps } from "./slices.ts";

/** The image enlarged `factor` times, as `scaleSamples` does it. */
export const enlargeImage = (image: Image, factor: number): Image => atOnce(enlargingImage(image, factor));

export function* enlargingImage(image: Image, factor: number): Steps<Image> {
  if (factor === 1) return image;
  return yield* scalingSamples(image, { width: image.width * factor, height: image.height * factor });
}

/**
 * The image at another size by Lanczos3 (antialiased along a side that shrinks), samples of the same kind. Colours are
 * weighted by alpha, so that what hides behind transparent pixels does not bleed into visible ones.
 */
export const scaleSamples = (image: Image, size: Size): Image => atOnce(scalingSamples(image, size));

export function* scalingSamples(image: Image, size: Size): Steps<Image> {
  const enlarged = blankImage(image, size);
  const max = 255 * levelScale(image.depth);
  const store = (at: number, value: number): void => {
    enlarged.data[at] = value <= 0 ? 0 : value >= max ? max : Math.round(value);
  };
  if (!hasAlpha(image) || isOpaque(image, max)) {
    yield* enlargingPlain(image, enlarged, max);
    return enlarged;
  }
  const { channels } = image;
  const colours = channels - 1;
  yield* scalingRows(weightedRows(image, max), size, LANCZOS3, (y, row) => {
    for (let x = 0; x < size.width; x++) {
      const from = x * (channels + colours);
      const to = (y * size.width + x) * channels;
      const alpha = row[from + colours] as number;
      // Below half a level a pixel is invisible; it keeps the plain colour, which weighting could not tell.
      const visible = alpha >= 0.5;
      for (let c = 0; c < colours; c++) {
        const plain = row[from + c] as number;
        store(to + c, visible ? ((row[from + channels + c] as number) * max) / alpha : plain);
      }
      store(to + colours, alpha);
    }
  });
  return enlarged;
}

function* enlargingPlain(image: Image, enlarged: Image, max: number): Steps<void> {
  const { data } = enlarged;
  // Clamped arrays round and clip while they copy.
  const clamped = enlarged.depth === 8 ? new Uint8ClampedArray(data.buffer) : null;
  yield* scalingRows(plainRows(image), enlarged, LANCZOS3, (y, row) => {
    const at = y * row.length;
    if (clamped !== null) clamped.set(row, at);
    else
      for (let i = 0; i < row.length; i++)
        data[at + i] = Math.round(Math.min(max, Math.max(0, row[i] as number)));
  });
}

function isOpaque({ data, channels }: Image, max: number): boolean {
  for (let i = channels - 1; i < data.length; i += channels) if (data[i] !== max) return false;
  return true;
}

function plainRows({ width, height, channels, data }: Image): RowSource {
  const length = width * channels;
  return {
    width,
    height,
    channels,
    read: (y, row) => row.set(data.subarray(y * length, (y + 1) * length)),
  };
}

/** The image's own channels followed by its colours times alpha. */
function weightedRows({ width, height, channels, data }: Image, max: number): RowSource {
  const colours = channels - 1;
  const stride = channels + colours;
  return {
    width,
    height,
    channels: stride,
    read(y, row) {
      for (let x = 0; x < width; x++) {
        const from = (y * width + x) * channels;
        const alpha = (data[from + colours] as number) / max;
        for (let c = 0; c < channels; c++) {
          const sample = data[from + c] as number;
          row[x * stride + c] = sample;
          if (c < colours) row[x * stride + channels + c] = sample * alpha;
        }
      }
    },
  };
}
