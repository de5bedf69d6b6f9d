import type { z } from "zod";
import {
  CompositeParameters,
  GatherParameters,
  ImageInferenceParameters,
  ImageMaskingParameters,
  ResizeParameters,
  type TaskType,
} from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";

/** What the engine must know of a kind of task; the workers know how it is executed. */
export interface StepKind {
  readonly parameters: z.ZodType;
  /** The field that holds the image a skipped step yields. */
  readonly inputField: string;
  /** The models of which catalogue it names; null = it needs none. */
  readonly models: "detectors" | "inpainters" | null;
  readonly queue: (provider: string) => string;
}

/** What only moves pixels goes where masks are made: every installation has workers there. */
const PIXELS = { models: null, queue: () => "masking" } as const;

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
  composite: { ...PIXELS, parameters: CompositeParameters, inputField: "base" },
  resize: { ...PIXELS, parameters: ResizeParameters, inputField: "image" },
  gather: { ...PIXELS, parameters: GatherParameters, inputField: "seedImage" },
};

export function stepKind(task: TaskType): StepKind {
  const kind = KINDS[task];
  if (kind === undefined) {
    const known = Object.keys(KINDS).join(", ");
    throw new MaskloomError("FEATURE_NOT_YET", `task: ${task} is not yet executed; executed are ${known}`);
  }
  return kind;
}
