import { z } from "zod";
import type { GenerationParameters } from "../../../contracts/tasks.ts";
import { parseAs } from "../../../errors.ts";
import type { Size } from "../../../image/raster.ts";
import type { A1111Extras } from "./a1111-extras.ts";
import { type SamplerName, samplingOf } from "./a1111-samplers.ts";
import { FILLS, type Img2ImgRequest } from "./a1111-wire.ts";

/** What `settings` of a step may hold for a Stable Diffusion web UI. */
const A1111Settings = z.strictObject({
  /** What stands under the mask when it begins; `original` keeps what a small `strength` works on. */
  fill: z.enum(FILLS).default("original"),
  /** Further options of the web UI for this picture alone, by their names there. */
  override: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
    .default({}),
});

/** @throws INPUT_INVALID for what no web UI takes */
export const readSettings = (settings: GenerationParameters["settings"]) =>
  parseAs(A1111Settings, settings ?? {}, "settings of a Stable Diffusion web UI");

/** The `options` of a provider of this kind: what is sent where a step says nothing. */
export const A1111Defaults = z.strictObject({
  strength: z.number().min(0).max(1).optional(),
  steps: z.int().min(1).max(200).optional(),
  CFGScale: z.number().min(0).max(50).optional(),
  scheduler: z.string().optional(),
});
export type A1111Defaults = z.output<typeof A1111Defaults>;

/** What the web UI has, by the names that it takes; empty where it was not asked or does not tell. */
export interface A1111Names {
  readonly samplers: readonly SamplerName[];
  readonly schedulers: readonly string[];
}

export interface A1111Call {
  /** PNG files in base64. */
  readonly image: string;
  readonly mask: string;
  readonly size: Size;
  /** As it calls it. */
  readonly checkpoint: string;
  readonly parameters: GenerationParameters;
  readonly extras: A1111Extras;
  readonly taskId: string;
  readonly seed: number;
}

/** Its own fields for one crop. Our zoom and our blending stay ours: its own crop and its blur are off. @throws INPUT_INVALID */
export function img2imgRequest(call: A1111Call, names: A1111Names, defaults: A1111Defaults): Img2ImgRequest {
  const { image, mask, size, checkpoint, parameters, extras, taskId, seed } = call;
  const settings = readSettings(parameters.settings);
  const given = { ...defaults, ...withoutUndefined(parameters) };
  return {
    init_images: [image],
    mask,
    prompt: [parameters.positivePrompt ?? "", ...extras.loras].filter((part) => part !== "").join(" "),
    negative_prompt: parameters.negativePrompt ?? "",
    ...size,
    ...(given.strength === undefined ? {} : { denoising_strength: given.strength }),
    ...(given.steps === undefined ? {} : { steps: given.steps }),
    ...(given.CFGScale === undefined ? {} : { cfg_scale: given.CFGScale }),
    ...(given.scheduler === undefined ? {} : samplingOf(given.scheduler, names.samplers, names.schedulers)),
    seed,
    mask_blur: 0,
    inpainting_fill: FILLS.indexOf(settings.fill),
    inpaint_full_res: false,
    inpainting_mask_invert: 0,
    resize_mode: 0,
    batch_size: 1,
    n_iter: 1,
    send_images: true,
    save_images: false,
    override_settings: {
      ...settings.override,
      sd_model_checkpoint: checkpoint,
      samples_format: "png",
      ...extras.overrides,
    },
    override_settings_restore_afterwards: true,
    ...extras.fields,
    force_task_id: taskId,
  };
}

function withoutUndefined({ strength, steps, CFGScale, scheduler }: GenerationParameters): A1111Defaults {
  return {
    ...(strength === undefined ? {} : { strength }),
    ...(steps === undefined ? {} : { steps }),
    ...(CFGScale === undefined ? {} : { CFGScale }),
    ...(scheduler === undefined ? {} : { scheduler }),
  };
}
