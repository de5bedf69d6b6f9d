import { z } from "zod";

const Text = z.string().max(8000).default("");
const Switch = z.boolean().default(false);

/** What ADetailer Ultimate, a fork that is made for Forge, has beyond ADetailer, with its defaults and bounds. */
export const FORK_FIELDS = {
  ad_model_classes_exclude: Switch,
  ad_model_classes_excluded: Text,
  ad_classes_sequential: Switch,
  ad_prompt_append: Text,
  ad_negative_prompt_append: Text,
  ad_class_prompts: Text,
  ad_class_guard: Switch,
  ad_class_guard_weight: z.number().min(0.5).max(2).default(1),
  ad_use_main_loras: Switch,
  ad_use_lora_triggers: Switch,
  ad_strip_loras: Switch,
  ad_apply_on_hires_only: Switch,
  ad_use_bbox_mask: Switch,
  ad_detection_resolution: z.int().min(0).max(2048).default(0),
  /** 0: as the page has it. */
  ad_dynamic_denoise_power: z.number().min(0).max(8).default(0),
  ad_use_resolution_scale: Switch,
  ad_resolution_scale: z.number().min(0.5).max(8).default(1.5),
  ad_use_text_encoder: Switch,
  ad_text_encoder: z.string().nullable().default(null),
  ad_inpaint_indices: Text,
};

/** What its line of generation parameters calls them, after `ADetailer `. */
export const FORK_LABELS: Readonly<Record<string, string>> = {
  "classes exclude": "ad_model_classes_exclude",
  "model classes excluded": "ad_model_classes_excluded",
  "classes sequential": "ad_classes_sequential",
  "prompt append": "ad_prompt_append",
  "negative prompt append": "ad_negative_prompt_append",
  "class prompts": "ad_class_prompts",
  "class guard": "ad_class_guard",
  "class guard weight": "ad_class_guard_weight",
  "use main loras": "ad_use_main_loras",
  "use lora triggers": "ad_use_lora_triggers",
  "strip loras": "ad_strip_loras",
  "apply on hires only": "ad_apply_on_hires_only",
  "use bbox mask": "ad_use_bbox_mask",
  "detection resolution": "ad_detection_resolution",
  "dynamic denoise power": "ad_dynamic_denoise_power",
  "use resolution scale": "ad_use_resolution_scale",
  "resolution scale": "ad_resolution_scale",
  "use separate text encoder": "ad_use_text_encoder",
  "text encoder": "ad_text_encoder",
  "inpaint indices": "ad_inpaint_indices",
};

/** Those of them whose values are texts even where they look like a number. */
export const FORK_TEXTS: readonly string[] = [
  "ad_model_classes_excluded",
  "ad_prompt_append",
  "ad_negative_prompt_append",
  "ad_class_prompts",
  "ad_text_encoder",
  "ad_inpaint_indices",
];

/** Whether a unit says what only the fork's does; then its classes choose among those of any model. */
export const isForkUnit = (fields: object): boolean =>
  Object.keys(fields).some((name) => Object.hasOwn(FORK_FIELDS, name));

/** The most numbers that are written out one by one. */
const MOST_RANGES = 100;

/**
 * `1, 3, #5-7` as a condition over a find's number in the order of its detection; null where no number is written, which
 * there means all of them.
 */
export function indicesCondition(text: string): string | null {
  const found = [...text.matchAll(/(\d{1,6})(?:\s*-\s*#?(\d{1,6}))?/g)].slice(0, MOST_RANGES);
  const ranges = found.map(([, from = "", to = from]) => [Number(from), Number(to)].sort((a, b) => a - b));
  if (ranges.length === 0) return null;
  return ranges
    .map(([low, high]) => (low === high ? `index == ${low}` : `(index >= ${low} and index <= ${high})`))
    .join(" or ");
}
