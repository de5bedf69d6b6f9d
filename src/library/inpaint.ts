import { z } from "zod";
import { ImageInferenceParameters, type RegionQuality } from "../contracts/tasks.ts";
import { parseAs } from "../errors.ts";
import { decodeImage, encodeImage } from "../image/codec.ts";
import { decodeMask } from "../image/decode-mask.ts";
import type { ImageFormat } from "../image/metadata/container.ts";
import { checkCapabilities, checkHardCapabilities } from "../inpainting/capabilities.ts";
import { generationOf, turnsOf, zoomOf } from "../inpainting/inference-options.ts";
import { inpaintImage } from "../inpainting/zoom.ts";
import { type PictureSource, readPicture } from "./picture-source.ts";
import { sharedInpainter, sharedRuntime } from "./runtime.ts";

const InpaintSettings = ImageInferenceParameters.omit({ seedImage: true, maskImage: true, candidates: true })
  .extend({
    /** Default: that of the picture. Only lossless ones keep every sample outside the mask. */
    format: z.enum(["same", "png", "jpg", "webp"]).default("same"),
    /** Of JPEG and lossy WEBP. */
    quality: z.int().min(1).max(100).default(95),
  })
  .strict();

export type InpaintOptions = z.input<typeof InpaintSettings> & { readonly signal?: AbortSignal };

export interface InpaintedPicture {
  /** The encoded file, with the metadata and the colour profile of the picture it came from. */
  readonly image: Uint8Array;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly seed?: number;
  /** Quality numbers of each part of the mask. */
  readonly regions: readonly RegionQuality[];
  /** Measured before encoding: pixels with mask 0 whose samples differ. Always 0. */
  readonly pixelsChangedOutside: number;
  readonly pixelsChangedInside: number;
  readonly warnings: readonly string[];
}

/**
 * Repaints the white parts of the mask. With `maskMargin` every part is cut out with that many pixels around it, zoomed
 * to the model's own size and blended back; without it the whole picture is sent once.
 * @param mask bytes or path; brightness times alpha; another size is scaled if its aspect agrees within 1 %
 * @throws MaskloomError for the picture as `detect` does, and MASK_MISMATCH, MODEL_UNKNOWN, PROVIDER_UNAVAILABLE,
 * PROVIDER_FAILED, CANCELLED
 */
export async function inpaint(
  image: PictureSource,
  mask: PictureSource,
  { signal = new AbortController().signal, ...options }: InpaintOptions,
): Promise<InpaintedPicture> {
  const settings = parseAs(InpaintSettings, options, "inpaint");
  const { model, strict, format: wanted, quality, ...parameters } = settings;
  const [zoom, generation] = [zoomOf(parameters), generationOf(parameters)];
  const { turns, warnings } = turnsOf(parameters);
  const { limits } = sharedRuntime();
  const inpainter = await sharedInpainter(model);
  checkHardCapabilities(inpainter.manifest, zoom);
  const ignored = checkCapabilities(inpainter.manifest, generation, strict);

  const decoded = await decodeImage(await readPicture(image), limits);
  const painted = await inpaintImage({
    image: decoded.image,
    mask: await decodeMask(await readPicture(mask), decoded.image, limits),
    zoom,
    parameters: generation,
    turns,
    accept: parameters.accept,
    capabilities: inpainter.manifest.capabilities,
    inpaint: (request) => inpainter.inpaint(request),
    signal,
    limits,
  });
  const format = wanted === "same" ? decoded.info.format : wanted;
  const { width, height } = painted.image;
  return {
    image: await encodeImage(painted.image, { format, quality, container: decoded.container, limits }),
    format,
    width,
    height,
    ...(painted.seed === undefined ? {} : { seed: painted.seed }),
    regions: painted.regions,
    pixelsChangedOutside: painted.pixelsChangedOutside,
    pixelsChangedInside: painted.pixelsChangedInside,
    warnings: [...ignored, ...warnings, ...painted.warnings],
  };
}
