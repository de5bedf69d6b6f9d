import { z } from "zod";
import type { GenerationParameters } from "../../../contracts/tasks.ts";
import { MaskloomError, parseAs } from "../../../errors.ts";
import type { Size } from "../../../image/raster.ts";
import { suggestion } from "../../../nearest-name.ts";
import { FILLS, type Img2ImgRequest } from "./a1111-wire.ts";

/** What `settings` of a step may hold for a Stable Diffusion web UI. */
const A1111Settings = z.strictObject({
  /** What stands under the mask when it begins; `original` keeps what a small `strength` works on. */
  fill: z.enum(FILLS).default("original"),
  /** Further options of the web UI for this picture alone, by their names there. */
  override: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

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
  readonly samplers: readonly string[];
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
  readonly taskId: string;
  readonly seed: number;
}

/** Its own fields for one crop. Our zoom and our blending stay ours: its own crop and its blur are off. @throws INPUT_INVALID */
export function img2imgRequest(call: A1111Call, names: A1111Names, defaults: A1111Defaults): Img2ImgRequest {
  const { image, mask, size, checkpoint, parameters, taskId, seed } = call;
  const settings = parseAs(A1111Settings, parameters.settings ?? {}, "settings of a Stable Diffusion web UI");
  const { vae, clipSkip } = parameters;
  const given = { ...defaults, ...withoutUndefined(parameters) };
  return {
    init_images: [image],
    mask,
    prompt: withLoras(parameters),
    negative_prompt: parameters.negativePrompt ?? "",
    ...size,
    ...(given.strength === undefined ? {} : { denoising_strength: given.strength }),
    ...(given.steps === undefined ? {} : { steps: given.steps }),
    ...(given.CFGScale === undefined ? {} : { cfg_scale: given.CFGScale }),
    ...(given.scheduler === undefined ? {} : samplerOf(given.scheduler, names)),
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
      ...(vae === undefined ? {} : { sd_vae: vae }),
      ...(clipSkip === undefined ? {} : { CLIP_stop_at_last_layers: Math.max(1, clipSkip) }),
    },
    override_settings_restore_afterwards: true,
    force_task_id: taskId,
  };
}

/** A LoRA is a word of its prompt. */
function withLoras({ positivePrompt = "", lora = [] }: GenerationParameters): string {
  const words = lora.map(({ model, weight = 1 }) => `<lora:${model}:${weight}>`);
  return [positivePrompt, ...words].filter((part) => part !== "").join(" ");
}

type Sampling = Pick<Img2ImgRequest, "sampler_name" | "scheduler">;

/**
 * Where a step names both in one, as `DPM++ 2M Karras`, they are told apart: the last words may be a schedule.
 * @throws INPUT_INVALID for a name that it does not have, with the nearest one
 */
function samplerOf(name: string, { samplers, schedulers }: A1111Names): Sampling {
  const isKnown = samplerNamed(name, samplers);
  if (isKnown !== undefined) return { sampler_name: isKnown };
  for (const scheduler of schedulers) {
    const ending = ` ${scheduler}`.toLowerCase();
    if (!name.toLowerCase().endsWith(ending)) continue;
    const sampler = samplerNamed(name.slice(0, -ending.length), samplers);
    if (sampler !== undefined) return { sampler_name: sampler, scheduler };
  }
  if (samplers.length === 0) return { sampler_name: name };
  const all = [...samplers, ...samplers.flatMap((one) => schedulers.map((other) => `${one} ${other}`))];
  throw new MaskloomError(
    "INPUT_INVALID",
    `scheduler: ${JSON.stringify(name)} is none of the provider's.${suggestion(name, all)} It has ${samplers.join(", ")}` +
      (schedulers.length === 0 ? "" : `; each may be followed by ${schedulers.join(", ")}`),
  );
}

const samplerNamed = (name: string, samplers: readonly string[]): string | undefined =>
  samplers.find((one) => one.toLowerCase() === name.toLowerCase());

function withoutUndefined({ strength, steps, CFGScale, scheduler }: GenerationParameters): A1111Defaults {
  return {
    ...(strength === undefined ? {} : { strength }),
    ...(steps === undefined ? {} : { steps }),
    ...(CFGScale === undefined ? {} : { CFGScale }),
    ...(scheduler === undefined ? {} : { scheduler }),
  };
}
