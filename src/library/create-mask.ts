import { z } from "zod";
import { Detection } from "../contracts/detection.ts";
import { ImageMaskingParameters, MaskOptions } from "../contracts/tasks.ts";
import { findInPicture } from "../detection/detect.ts";
import { maskDetections } from "../detection/masks/mask-detections.ts";
import { parseAs } from "../errors.ts";
import { encodeMask } from "../image/codec.ts";
import { toDetections } from "../image/detection-shape.ts";
import { inspectImage } from "../image/inspect-image.ts";
import { DetectionChoice } from "./detect.ts";
import { type PictureSource, readPicture } from "./picture-source.ts";
import { sharedRuntime } from "./runtime.ts";

const MaskSettings = MaskOptions.extend({
  ...ImageMaskingParameters.pick({ model: true, confidence: true, tiling: true }).shape,
  select: DetectionChoice.default({}),
  /** Made into a mask instead of being detected anew: what `detect` found, less what is not wanted. */
  detections: z.array(Detection).optional(),
}).strict();

export type CreateMaskOptions = z.input<typeof MaskSettings> & { readonly signal?: AbortSignal };

export interface CreatedMask {
  /** 8-bit grey PNG of the upright picture's size; white = repaint. Black where nothing was found. */
  readonly mask: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Those that are in the mask. */
  readonly detections: readonly Detection[];
}

/**
 * One mask of all that the model finds: padding and blur in pixels, shapes as the model gives them unless `shape` says
 * otherwise.
 * @throws what `detect` throws
 */
export async function createMask(
  image: PictureSource,
  { signal, ...options }: CreateMaskOptions,
): Promise<CreatedMask> {
  const settings = parseAs(MaskSettings, options, "createMask");
  const { model, confidence, tiling, select, detections: given } = settings;
  const bytes = await readPicture(image);
  const found =
    given ??
    (
      await findInPicture(bytes, {
        model,
        confidence,
        tiling,
        select,
        signal,
        ...sharedRuntime(),
      })
    ).detections;
  const { models, limits } = sharedRuntime();
  const { width, height } = inspectImage(bytes, limits);
  const { manifest } = (await models.look()).find(model);
  const { mask, detections } = maskDetections({ width, height }, found, manifest, settings);
  return {
    mask: await encodeMask(mask),
    width,
    height,
    detections: toDetections(detections, { width, height }),
  };
}
