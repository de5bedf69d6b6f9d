import type { Fit } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";
import { scalingSamples } from "./enlarge-image.ts";
import { fittingCover } from "./fit-cover.ts";
import { blankImage, type Image, type Size } from "./raster.ts";
import { atOnce, type Steps } from "./slices.ts";

export interface Frame {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly fit: Fit;
}

/**
 * The size of a picture brought to a frame, both sides at least 1. One side alone keeps the picture's shape, whatever the
 * fit. Errors: INPUT_INVALID where neither side is given.
 */
export function resizedSize(image: Size, { width, height, fit }: Frame): Size {
  if (width === undefined && height === undefined) {
    throw new MaskloomError("INPUT_INVALID", "resize: expected width or height, got neither");
  }
  const [x, y] = [(width ?? 0) / image.width, (height ?? 0) / image.height];
  if (width === undefined) return scaledBy(image, y);
  if (height === undefined) return scaledBy(image, x);
  if (fit === "inside") return scaledBy(image, Math.min(x, y));
  if (fit === "outside") return scaledBy(image, Math.max(x, y));
  return { width, height };
}

/**
 * The picture at another size, samples of the same kind, by Lanczos3 (antialiased where it shrinks): `inside` is at most
 * as large as the frame and `outside` at least; `cover` fills it and is cut around its middle; `contain` has bands around
 * it, transparent where the picture has alpha, else black; `fill` is stretched. The same picture where nothing changes.
 */
export const resizeImage = (image: Image, frame: Frame): Image => atOnce(resizingImage(image, frame));

export function* resizingImage(image: Image, frame: Frame): Steps<Image> {
  const size = resizedSize(image, frame);
  if (frame.width === undefined || frame.height === undefined) return yield* scaling(image, size);
  if (frame.fit === "cover") return yield* fittingCover(image, size);
  if (frame.fit !== "contain") return yield* scaling(image, size);
  const inner = resizedSize(image, { ...frame, fit: "inside" });
  return centred(yield* scaling(image, inner), size);
}

function* scaling(image: Image, size: Size): Steps<Image> {
  if (image.width === size.width && image.height === size.height) return image;
  return yield* scalingSamples(image, size);
}

const scaledBy = ({ width, height }: Size, factor: number): Size => ({
  width: Math.max(1, Math.round(width * factor)),
  height: Math.max(1, Math.round(height * factor)),
});

/** On a larger picture of its kind, whose samples are 0: black, or transparent. */
function centred(image: Image, size: Size): Image {
  const placed = blankImage(image, size);
  const { channels } = image;
  const length = image.width * channels;
  const left = Math.floor((size.width - image.width) / 2);
  const top = Math.floor((size.height - image.height) / 2);
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * length, (y + 1) * length);
    placed.data.set(row, ((top + y) * size.width + left) * channels);
  }
  return placed;
}
