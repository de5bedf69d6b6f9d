import { z } from "zod";

/* What Stable Diffusion web UIs answer under /sdapi/v1, as far as it is read: A1111, Forge and SD.Next alike. Each may say
   more than this. */

/** How it fills what is masked before it begins: `inpainting_fill`, by number. */
export const FILLS = ["fill", "original", "noise", "nothing"] as const;

/** A unit of sd-webui-controlnet. Without an image of its own, what is repainted guides it. */
export interface ControlNetArgs {
  readonly enabled: true;
  readonly module: string;
  readonly model: string;
  readonly weight: number;
  readonly guidance_start: number;
  readonly guidance_end: number;
  readonly control_mode: string;
  readonly pixel_perfect: true;
}

export interface Img2ImgRequest {
  readonly init_images: readonly [string];
  readonly mask: string;
  readonly prompt: string;
  readonly negative_prompt: string;
  readonly width: number;
  readonly height: number;
  readonly denoising_strength?: number;
  readonly steps?: number;
  readonly cfg_scale?: number;
  readonly sampler_name?: string;
  readonly scheduler?: string;
  readonly seed: number;
  readonly mask_blur: 0;
  readonly inpainting_fill: number;
  readonly inpaint_full_res: false;
  readonly inpainting_mask_invert: 0;
  readonly resize_mode: 0;
  readonly batch_size: 1;
  readonly n_iter: 1;
  readonly send_images: true;
  readonly save_images: false;
  readonly override_settings: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** SD.Next's; the others have an option for it. Counted from 1, which skips nothing. */
  readonly clip_skip?: number;
  readonly refiner_checkpoint?: string;
  /** Share of the steps after which the refiner takes over. */
  readonly refiner_switch_at?: number;
  readonly alwayson_scripts?: { readonly ControlNet: { readonly args: readonly ControlNetArgs[] } };
  readonly override_settings_restore_afterwards: true;
  readonly force_task_id: string;
}

export const Img2ImgAnswer = z.object({
  images: z.array(z.string()).min(1, "expected a picture, received none"),
  /** JSON within JSON. */
  info: z.string(),
});

/** Of `info`. */
export const GenerationInfo = z.object({
  seed: z.number().optional(),
  sd_model_name: z.string().nullish(),
});

/** Of one task, by its id; the paths under /internal are the web page's own. */
export const TaskProgress = z.object({
  active: z.boolean(),
  queued: z.boolean(),
  completed: z.boolean(),
  progress: z.number().nullish(),
  /** A data URI, where it was asked for and there is one. */
  live_preview: z.string().nullish(),
});

export const Progress = z.object({
  progress: z.number(),
  /** `job`: what is under way, in the web UI's words, and `job_timestamp` since when. `interrupted` and `skipped` are of it, or of what was done last. */
  state: z.looseObject({
    job: z.string().nullish(),
    job_timestamp: z.union([z.string(), z.number()]).nullish(),
    interrupted: z.boolean().nullish(),
    skipped: z.boolean().nullish(),
    sampling_step: z.number().nullish(),
    sampling_steps: z.number().nullish(),
  }),
});

/** What a picture is called that was asked for by the API: by A1111 and Forge, and by SD.Next. */
export const API_JOBS: ReadonlySet<string> = new Set(["scripts_img2img", "API-IMG"]);

export const Checkpoint = z.object({
  /** With a short hash, where it has one: `dreamshaper_8.safetensors [879db523c3]`. */
  title: z.string(),
  model_name: z.string(),
});
export type Checkpoint = z.output<typeof Checkpoint>;

export const Sampler = z.object({ name: z.string(), aliases: z.array(z.string()).nullish() });
/** A1111 and Forge list schedules of noise here; SD.Next lists samplers' classes (`cls`), once more. */
export const Scheduler = z.object({
  name: z.string(),
  label: z.string().nullish(),
  cls: z.string().nullish(),
});

export const Options = z.object({ sd_model_checkpoint: z.string().nullish() });

/** A picture as it stands in an answer, as a data URI or without. */
export const fileOf = (base64: string): Buffer => Buffer.from(base64.replace(/^data:[^,]*,/, ""), "base64");
