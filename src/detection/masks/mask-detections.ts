import type { DetectorManifest } from "../../contracts/manifest.ts";
import type { MaskOptions } from "../../contracts/tasks.ts";
import { type CreateMaskOptions, createMask } from "../../image/create-mask.ts";
import { detectionShape, type Found } from "../../image/detection-shape.ts";
import type { Mask, Size } from "../../image/raster.ts";

export interface MaskedDetections {
  readonly mask: Mask;
  /** Those whose shape is in the mask; one that shrank to nothing is dropped together with it. */
  readonly detections: readonly Found[];
  /** With `combine: perDetection` the mask of each of them, in their order, made when it is asked for. */
  readonly perDetection: Iterable<Mask>;
}

/** One mask of all detections, in the shape that the model gives unless another one is asked for. */
export function maskDetections(
  size: Size,
  detections: readonly Found[],
  manifest: Pick<DetectorManifest, "shape">,
  options: MaskOptions & Pick<CreateMaskOptions, "combine">,
  within?: Mask,
): MaskedDetections {
  const shapes = detections.map((detection) => detectionShape(detection, options.shape ?? manifest.shape));
  const { mask, dropped, perDetection } = createMask(
    size,
    shapes,
    within === undefined ? options : { ...options, within },
  );
  return { mask, detections: detections.filter((_, at) => !dropped.includes(at)), perDetection };
}
