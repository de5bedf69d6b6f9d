import type { z } from "zod";
import { UploadParameters, WebhookParameters } from "../contracts/outside-tasks.ts";
import { ReviewParameters } from "../contracts/review.ts";
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
  /** The field that holds the image a skipped step yields; null = it has none. */
  readonly inputField: string | null;
  /** The models of which catalogue it names; null = it needs none. */
  readonly models: "detectors" | "inpainters" | null;
  readonly queue: (provider: string) => string;
  /**
   * Whether it does something outside: then it is executed each time, and what fails takes no result along: where nothing
   * else is written the run goes on without it.
   */
  readonly hasEffects?: true;
}

/** What only moves pixels goes where masks are made: every installation has workers there. */
const PIXELS = { models: null, queue: () => "masking" } as const;

/** Whoever waits for others' machines holds up no mask. */
const OUTSIDE = { models: null, queue: () => "outside", hasEffects: true } as const;

const KINDS: Partial<Record<TaskType, StepKind>> = {
  imageMasking: {
    parameters: ImageMaskingParameters,
    inputField: "inputImage",
    models: "detectors",
    /* What others find is paid for and paced like everything else that they do. */
    queue: (provider) => (provider === "local" || provider === "auto" ? "masking" : `inpainting-${provider}`),
  },
  imageInference: {
    parameters: ImageInferenceParameters,
    inputField: "seedImage",
    models: "inpainters",
    queue: (provider) => `inpainting-${provider}`,
  },
  composite: { ...PIXELS, parameters: CompositeParameters, inputField: "base" },
  resize: { ...PIXELS, parameters: ResizeParameters, inputField: "image" },
  upload: { ...OUTSIDE, parameters: UploadParameters, inputField: "image" },
  webhook: { ...OUTSIDE, parameters: WebhookParameters, inputField: null },
  review: { models: null, queue: () => "people", parameters: ReviewParameters, inputField: "original" },
  gather: { ...PIXELS, parameters: GatherParameters, inputField: "seedImage" },
};

export function stepKind(task: TaskType): StepKind {
  const kind = KINDS[task];
  if (kind === undefined) {
    /* A used workflow became plain steps when the one around it was prepared. */
    throw new MaskloomError(
      "INTERNAL",
      `task: expected one of ${Object.keys(KINDS).join(", ")}, received ${task}`,
    );
  }
  return kind;
}
