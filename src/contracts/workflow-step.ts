import { z } from "zod";
import { Duration } from "./duration.ts";
import { Expression, expressionOr, templatedShape } from "./expression.ts";
import { UploadParameters } from "./outside-tasks.ts";
import { RetryPolicy } from "./retry-policy.ts";
import { Decision, Otherwise } from "./review.ts";
import { SpillRule } from "./spill-rule.ts";
import { Acceptance, Fit, ImageInferenceParameters, ImageMaskingParameters } from "./tasks.ts";

/* The steps of a workflow as a file writes them. Fields of the API come from the base schemas of tasks.ts, widened so
   that any scalar or list may be an expression; what governs the engine instead of the task (identity, failure) is
   written down literally, since it must be known before anything can be evaluated. */

/** Name of a step, an input or a loop variable. */
export const Identifier = z
  .string()
  .regex(/^[a-z][A-Za-z0-9_]{0,63}$/)
  .meta({ description: "a name: a small letter, then letters, digits or _" });

/** Points at an image or a mask: `${inputs.image}`, `${steps.faces.maskImage}`. */
const Reference = Expression;
/** A mask, or a list of them that stands for all that any of them covers. */
const MaskReference = z.union([Reference, z.array(Reference).min(1)]);

/** One model, or several in order of preference. */
const ModelChoice = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const ProviderName = z
  .string()
  .regex(/^[a-z0-9][A-Za-z0-9._-]*$/)
  .meta({ description: "auto, or the name of a provider or of its kind" });

/** `auto` (never spends money), an instance or a kind, or several in order of preference. */
const ProviderChoice = z.union([ProviderName, z.array(ProviderName).min(1), Expression]);

/** Written down: where a task goes that failed is no matter of its picture. */
const FallbackProvider = z.union([ProviderName, z.array(ProviderName).min(1)]);

const failureFields = {
  retries: RetryPolicy.optional(),
  timeout: Duration.optional(),
  onError: z.enum(["fail", "skip", "continue"]).optional(),
  fallback: z
    .strictObject({
      provider: FallbackProvider.optional(),
      model: ModelChoice.optional(),
      when: SpillRule.optional(),
    })
    .optional(),
};

const identityFields = {
  id: Identifier,
  if: expressionOr(z.boolean()).optional(),
  /** A list, or what yields one: one task an item. */
  forEach: z.union([Expression, z.array(z.unknown()).min(1)]).optional(),
  as: Identifier.optional(),
  needs: z.array(Identifier).optional(),
  cache: z.boolean().optional(),
};

const commonFields = { ...identityFields, ...failureFields };

/** What may differ from provider to provider besides the task's own fields. */
const nativeFields = {
  /** Name of a workflow template that the provider keeps, such as a ComfyUI graph. */
  template: z.string().min(1).optional(),
  /** Whether the provider zooms by itself, or more fields for it, passed on as they stand. */
  native: z.union([z.boolean(), z.record(z.string(), z.unknown())]).optional(),
};

const whereFields = { provider: ProviderChoice.optional(), strict: expressionOr(z.boolean()).optional() };

const maskingOptions = {
  ...templatedShape(
    ImageMaskingParameters.omit({ inputImage: true, model: true, within: true, whereScope: true }).shape,
  ),
  within: MaskReference.optional(),
};

/** Fields of imageInference that a provider or a rule may override. */
const inferenceOptions = {
  ...templatedShape(
    ImageInferenceParameters.omit({
      seedImage: true,
      maskImage: true,
      model: true,
      strict: true,
      accept: true,
      turns: true,
    }).shape,
  ),
  accept: Acceptance.optional(),
};

/** More passes of a step, each on what the one before it made. */
const Repeat = z.strictObject({
  times: expressionOr(z.int().min(1).max(20)).optional(),
  /** One a pass; where they are fewer, the last one holds for the rest. */
  strength: z
    .array(expressionOr(z.number().min(0).max(1)))
    .min(1)
    .max(20)
    .optional(),
});

/** The first rule whose `when` holds wins; its fields override the step's. Without `when` it always holds. */
const Rule = z.strictObject({
  /** An expression without braces. */
  when: z.string().min(1).optional(),
  skip: z.boolean().optional(),
  model: ModelChoice.optional(),
  /** Added to the seed that the step writes; where it writes none, chance decides anyway. */
  seedOffset: z.int().optional(),
  ...inferenceOptions,
});

const maskingOverrides = z.strictObject({
  model: ModelChoice.optional(),
  ...nativeFields,
  ...maskingOptions,
});
const inferenceOverrides = z.strictObject({
  model: ModelChoice.optional(),
  ...nativeFields,
  ...inferenceOptions,
});

export const ImageMaskingStep = z.strictObject({
  ...commonFields,
  task: z.literal("imageMasking"),
  ...whereFields,
  ...nativeFields,
  /** Written down, since what a detector takes is known before there is a picture. */
  strict: z.boolean().optional(),
  inputImage: Reference,
  model: ModelChoice,
  ...maskingOptions,
  byProvider: z.record(ProviderName, maskingOverrides).optional(),
});
export type ImageMaskingStep = z.output<typeof ImageMaskingStep>;

export const ImageInferenceStep = z.strictObject({
  ...commonFields,
  task: z.literal("imageInference"),
  ...whereFields,
  ...nativeFields,
  seedImage: Reference,
  maskImage: MaskReference.optional(),
  model: ModelChoice,
  ...inferenceOptions,
  repeat: Repeat.optional(),
  rules: z.array(Rule).min(1).optional(),
  byProvider: z.record(ProviderName, inferenceOverrides).optional(),
});
export type ImageInferenceStep = z.output<typeof ImageInferenceStep>;

/** Lays `over` on `base` through `mask`. */
const CompositeStep = z.strictObject({
  ...commonFields,
  task: z.literal("composite"),
  base: Reference,
  over: Reference,
  mask: MaskReference,
});

const ResizeStep = z.strictObject({
  ...commonFields,
  task: z.literal("resize"),
  image: Reference,
  width: expressionOr(z.int().min(1).max(32_768)).optional(),
  height: expressionOr(z.int().min(1).max(32_768)).optional(),
  fit: expressionOr(Fit).optional(),
});

/** Puts the image's bytes to `endpoint` by HTTP PUT. */
const UploadStep = z.strictObject({
  ...commonFields,
  task: z.literal("upload"),
  ...templatedShape(UploadParameters.omit({ image: true, endpoint: true }).shape),
  image: Reference,
  endpoint: z.string().min(1),
});

const WebhookStep = z.strictObject({
  ...commonFields,
  task: z.literal("webhook"),
  url: z.string().min(1),
  body: z.unknown().optional(),
});

/** Waits for a person; `timeout` is how long, `otherwise` what holds after it. */
const ReviewStep = z.strictObject({
  ...commonFields,
  task: z.literal("review"),
  show: z.union([Reference, z.array(Reference).min(1)]),
  allow: z.array(Decision).min(1).optional(),
  otherwise: Otherwise.optional(),
});

/** Runs another workflow as one step, its inputs mapped. */
const UseStep = z.strictObject({
  ...commonFields,
  task: z.literal("use"),
  workflow: z.string().min(1),
  inputs: z.record(Identifier, z.unknown()).optional(),
});

export const WorkflowStep = z.discriminatedUnion("task", [
  ImageMaskingStep,
  ImageInferenceStep,
  CompositeStep,
  ResizeStep,
  UploadStep,
  WebhookStep,
  ReviewStep,
  UseStep,
]);
export type WorkflowStep = z.output<typeof WorkflowStep>;

/** What every step starts from, where its task has the field; the step's own value wins whole. */
export const WorkflowDefaults = z.strictObject({
  ...failureFields,
  ...whereFields,
  cache: z.boolean().optional(),
  ...maskingOptions,
  ...inferenceOptions,
});
export type WorkflowDefaults = z.output<typeof WorkflowDefaults>;
