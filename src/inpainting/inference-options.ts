import { z } from "zod";
import {
  GenerationParameters,
  type ImageInferenceParameters,
  type Turn,
  ZoomOptions,
} from "../contracts/tasks.ts";

/* A task's parameters hold what is meant for the zoom, for the inpainter and for both in one flat record. */

const ZoomPart = z.object(ZoomOptions.shape);
const GenerationPart = z.object(GenerationParameters.shape);

type Given = Pick<ImageInferenceParameters, keyof ZoomOptions | keyof GenerationParameters>;

export const zoomOf = (parameters: Given): ZoomOptions => ZoomPart.parse(parameters);

/** What the inpainter gets. */
export const generationOf = (parameters: Given): GenerationParameters => GenerationPart.parse(parameters);

/** The turned faces that count, and what is to be said where there are none although they were asked for. */
export function turnsOf({ align, turns = [] }: Pick<ImageInferenceParameters, "align" | "turns">): {
  readonly turns: readonly Turn[];
  readonly warnings: readonly string[];
} {
  if (align === "none") return { turns: [], warnings: [] };
  const warnings =
    turns.length > 0
      ? []
      : [
          "align: landmarks turned nothing: no detection of the mask tells how it is turned (models with keypoints do)",
        ];
  return { turns, warnings };
}
