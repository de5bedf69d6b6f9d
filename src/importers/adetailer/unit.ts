import { z } from "zod";
import { FORK_FIELDS } from "./fork-fields.ts";

const Share = z.number().min(0).max(1);

/**
 * One unit ("tab") of ADetailer: every parameter with its default and its own bounds, which are wider than the sliders'.
 * `ad_controlnet_guidance_start_end` is how one fork writes the two that it joins; another adds fields of its own.
 */
export const ADetailerUnit = z.strictObject({
  ad_model: z.string().default("None"),
  ad_model_classes: z.string().default(""),
  ad_tab_enable: z.boolean().default(true),
  ad_prompt: z.string().max(8000).default(""),
  ad_negative_prompt: z.string().max(8000).default(""),
  ad_confidence: Share.default(0.3),
  ad_mask_filter_method: z.enum(["Area", "Confidence"]).default("Area"),
  ad_mask_k: z.int().min(0).default(0),
  ad_mask_min_ratio: Share.default(0),
  ad_mask_max_ratio: Share.default(1),
  ad_dilate_erode: z.int().default(4),
  ad_x_offset: z.int().default(0),
  ad_y_offset: z.int().default(0),
  ad_mask_merge_invert: z.enum(["None", "Merge", "Merge and Invert"]).default("None"),
  ad_mask_blur: z.int().min(0).default(4),
  ad_denoising_strength: Share.default(0.4),
  ad_inpaint_only_masked: z.boolean().default(true),
  ad_inpaint_only_masked_padding: z.int().min(0).default(32),
  ad_use_inpaint_width_height: z.boolean().default(false),
  ad_inpaint_width: z.int().positive().default(512),
  ad_inpaint_height: z.int().positive().default(512),
  ad_use_steps: z.boolean().default(false),
  ad_steps: z.int().positive().default(28),
  ad_use_cfg_scale: z.boolean().default(false),
  ad_cfg_scale: z.number().min(0).default(7),
  ad_use_checkpoint: z.boolean().default(false),
  ad_checkpoint: z.string().nullable().default(null),
  ad_use_vae: z.boolean().default(false),
  ad_vae: z.string().nullable().default(null),
  ad_use_sampler: z.boolean().default(false),
  ad_sampler: z.string().default("DPM++ 2M Karras"),
  ad_scheduler: z.string().default("Use same scheduler"),
  ad_use_noise_multiplier: z.boolean().default(false),
  ad_noise_multiplier: z.number().min(0.5).max(1.5).default(1),
  ad_use_clip_skip: z.boolean().default(false),
  ad_clip_skip: z.int().min(1).max(12).default(1),
  ad_restore_face: z.boolean().default(false),
  ad_controlnet_model: z.string().default("None"),
  ad_controlnet_module: z.string().default("None"),
  ad_controlnet_weight: Share.default(1),
  ad_controlnet_guidance_start: Share.default(0),
  ad_controlnet_guidance_end: Share.default(1),
  ad_controlnet_guidance_start_end: z.tuple([Share, Share]).optional(),
  ...FORK_FIELDS,
  /** Set by ADetailer's own page; it says nothing. */
  is_api: z.unknown().optional(),
});
export type ADetailerUnit = z.output<typeof ADetailerUnit>;

export const UNIT_FIELDS: readonly string[] = Object.keys(ADetailerUnit.shape);

/** What earlier versions called them. */
export const FORMER_NAMES: Readonly<Record<string, string>> = {
  ad_tap_enable: "ad_tab_enable",
  ad_mask_k_largest: "ad_mask_k",
};

/** Settings of the whole page, which A1111's API takes in `override_settings` and keeps in its config.json. */
export const ADetailerSettings = z.object({
  ad_bbox_sortby: z
    .enum(["None", "Position (left to right)", "Position (center to edge)", "Area (large to small)"])
    .default("None"),
  ad_same_seed_for_each_tab: z.boolean().default(false),
  ad_dynamic_denoise_power: z.number().min(-10).max(10).default(0),
  ad_match_inpaint_bbox_size: z.union([z.string(), z.boolean()]).default("Off"),
});
export type ADetailerSettings = z.output<typeof ADetailerSettings>;

/** What the page around ADetailer says; undefined where nobody knows. */
export interface PageSettings {
  readonly prompt?: string | undefined;
  readonly negativePrompt?: string | undefined;
  readonly seed?: number | undefined;
  readonly steps?: number | undefined;
  readonly cfgScale?: number | undefined;
  readonly sampler?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly checkpoint?: string | undefined;
  readonly vae?: string | undefined;
  readonly clipSkip?: number | undefined;
}

export interface PlacedUnit {
  readonly unit: ADetailerUnit;
  /** Where it stands in the source: `args[2]`; "" where the source is the unit. */
  readonly path: string;
  /** Whether ADetailer Ultimate wrote it. */
  readonly fork: boolean;
}

export function fieldPath({ path }: PlacedUnit, field: keyof ADetailerUnit): string {
  return path === "" ? field : `${path}.${field}`;
}

/** ADetailer's settings, whatever they came in. */
export interface ADetailerSource {
  readonly units: readonly PlacedUnit[];
  /** The leading boolean of the list; true where there is none. */
  readonly enabled: boolean;
  readonly page: PageSettings;
  /** What else a payload asks for, which is no part of detailing. */
  readonly also: readonly { readonly path: string; readonly message: string }[];
  readonly settings: ADetailerSettings;
  /** What it came in, for the heading. */
  readonly what: "an args list" | "a payload" | "one unit" | "infotext";
}
