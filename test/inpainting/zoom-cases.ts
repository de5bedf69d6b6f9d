import fc from "fast-check";
import type { InpainterCapabilities } from "../../src/contracts/manifest.ts";
import { ZoomOptions } from "../../src/contracts/tasks.ts";
import type { FloatImage, Image, Mask } from "../../src/image/raster.ts";
import { scaleImage } from "../../src/image/resample.ts";
import type { InpaintRequest } from "../../src/inpainting/inpainter.ts";
import { type InpaintedImage, type InpaintImageOptions, inpaintImage } from "../../src/inpainting/zoom.ts";
import { channelCounts, depths, masksFor, noiseImage, sizes } from "../image/rasters.ts";

export type Paint = (request: InpaintRequest) => FloatImage;

/** Gives back what it got, enlarged by its own factor where it has one. */
export const returnInput =
  (factor = 1): Paint =>
  ({ image }) =>
    scaleImage(image, { width: image.width * factor, height: image.height * factor });

/** What a provider does that takes and gives 8-bit files. */
export const through8Bits: Paint = ({ image }) => ({
  ...image,
  data: image.data.map((value) => Math.min(255, Math.max(0, Math.round(value)))),
});

export const fillWith =
  (level: number, factor = 1): Paint =>
  ({ image }) => {
    const [width, height] = [image.width * factor, image.height * factor];
    return { width, height, channels: 3, data: new Float32Array(width * height * 3).fill(level) };
  };

export function capabilities(
  hard: Partial<InpainterCapabilities["hard"]> = {},
  rest: Partial<Omit<InpainterCapabilities, "hard">> = {},
): InpainterCapabilities {
  return {
    hard: {
      mask: true,
      nativeSize: "own",
      maxSide: 4096,
      multipleOf: 1,
      aspect: null,
      answerScales: [1],
      ...hard,
    },
    soft: [],
    generative: false,
    edgeGuard: true,
    precision: "float",
    paid: false,
    ...rest,
  };
}

export const zoomed = (options: Partial<ZoomOptions> = {}): ZoomOptions =>
  ZoomOptions.parse({ maskMargin: 32, ...options });
export const standard = (options: Partial<ZoomOptions> = {}): ZoomOptions => ZoomOptions.parse(options);

export function inpaintWith(
  paint: Paint,
  image: Image,
  mask: Mask,
  options: Partial<InpaintImageOptions> = {},
): Promise<InpaintedImage> {
  return inpaintImage({
    image,
    mask,
    zoom: zoomed(),
    capabilities: capabilities(),
    inpaint: async (request) => ({ image: paint(request) }),
    signal: new AbortController().signal,
    ...options,
  });
}

export const zoomOptions: fc.Arbitrary<ZoomOptions> = fc
  .record(
    {
      maskMargin: fc.constantFrom(0, 5, 32),
      outputScale: fc.constantFrom(1, 1, 1, 2, 3),
      guideSize: fc.constantFrom(64, 96),
      maxSize: fc.constantFrom(64, 80),
      skipIfLarger: fc.boolean(),
      colorMatch: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map((options) => ZoomOptions.parse(options));

export const inpainters: fc.Arbitrary<InpainterCapabilities> = fc
  .record({
    nativeSize: fc.constantFrom("own" as const, 64, 100),
    maxSide: fc.constantFrom(64, 128),
    multipleOf: fc.constantFrom(1, 8, 16),
    aspect: fc.constantFrom(null, 1, 1.5, 0.4),
    edgeGuard: fc.boolean(),
    generative: fc.boolean(),
  })
  .map(({ edgeGuard, generative, ...hard }) => capabilities(hard, { edgeGuard, generative }));

export interface Picture {
  readonly image: Image;
  readonly mask: Mask;
}

/** Any kind of image with any mask. */
export const pictures = (max: number): fc.Arbitrary<Picture> =>
  fc
    .tuple(sizes(max), channelCounts, depths, fc.integer())
    .chain(([size, channels, depth, seed]) =>
      fc.record({ image: fc.constant(noiseImage(size, channels, depth, seed)), mask: masksFor(size) }),
    );
