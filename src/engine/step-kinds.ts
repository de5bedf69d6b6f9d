import type { z } from "zod";
import { ImageInferenceParameters, ImageMaskingParameters, type TaskType } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";

/** What the engine must know of a kind of task; the workers know how it is executed. */
export interface StepKind {
  readonly parameters: z.ZodType;
  /** The field that holds the image a skipped step yields. */
  readonly inputField: string;
  /** The models of which catalogue it names. */
  readonly models: "detectors" | "inpainters";
  readonly queue: (provider: string) => string;
}

const KINDS: Partial<Record<TaskType, StepKind>> = {
  imageMasking: {
    parameters: ImageMaskingParameters,
    inputField: "inputImage",
    models: "detectors",
    queue: () => "masking",
  },
  imageInference: {
    parameters: ImageInferenceParameters,
    inputField: "seedImage",
    models: "inpainters",
    queue: (provider) => `inpainting-${provider}`,
  },
};

export function stepKind(task: TaskType): StepKind {
  const kind = KINDS[task];
  if (kind === undefined) {
    const known = Object.keys(KINDS).join(", ");
    throw new MaskloomError("FEATURE_NOT_YET", `task: ${task} is not yet executed; executed are ${known}`);
  }
  return kind;
}
