import type { Notes } from "../imported.ts";
import { hasWildcards, NO_WILDCARDS } from "../prompt-text.ts";
import { nameOf } from "./generation-fields.ts";
import { type ADetailerUnit, fieldPath, type PlacedUnit } from "./unit.ts";

interface Remark {
  readonly field: keyof ADetailerUnit;
  readonly kind: "changed" | "dropped";
  readonly applies: (unit: ADetailerUnit) => boolean;
  readonly message: string;
}

const NO_OFFSET = "masks are not moved here; choose a detector or a shape that fits what is to be masked.";

const BY_LABEL = "rules with a when on the label, such as face.label == 'eyes', give each class a prompt.";

const ONE_PROMPT =
  "a merged mask is one find, which has the first piece; what stands behind [SEP] is left out, as ADetailer does.";

const hasUnused = ({ ad_mask_merge_invert }: ADetailerUnit, prompt: string): boolean =>
  ad_mask_merge_invert !== "None" && prompt.includes("[SEP]");

/** What a unit asks for that this language has not, or does in another way. */
const REMARKS: readonly Remark[] = [
  { field: "ad_x_offset", kind: "dropped", applies: (unit) => unit.ad_x_offset !== 0, message: NO_OFFSET },
  { field: "ad_y_offset", kind: "dropped", applies: (unit) => unit.ad_y_offset !== 0, message: NO_OFFSET },
  {
    field: "ad_noise_multiplier",
    kind: "dropped",
    applies: (unit) => unit.ad_use_noise_multiplier && unit.ad_noise_multiplier !== 1,
    message: "no provider is told how much noise to begin with; strength is what there is.",
  },
  {
    field: "ad_restore_face",
    kind: "dropped",
    applies: (unit) => unit.ad_restore_face,
    message:
      "faces are not restored after they are painted; a step with local:esrgan-detail on the same mask does.",
  },
  {
    field: "ad_mask_merge_invert",
    kind: "changed",
    applies: (unit) => unit.ad_mask_merge_invert !== "None" && unit.ad_inpaint_only_masked,
    message:
      "each connected part of the merged mask is zoomed by itself; ADetailer crops one box around all of them.",
  },
  {
    field: "ad_prompt",
    kind: "dropped",
    applies: (unit) => hasUnused(unit, unit.ad_prompt),
    message: ONE_PROMPT,
  },
  {
    field: "ad_negative_prompt",
    kind: "dropped",
    applies: (unit) => hasUnused(unit, unit.ad_negative_prompt),
    message: ONE_PROMPT,
  },
  {
    field: "ad_dilate_erode",
    kind: "changed",
    applies: ({ ad_dilate_erode: k }) => Math.abs(k) > 257,
    message: "maskPadding reaches from -128 to 128.",
  },
  {
    field: "ad_mask_blur",
    kind: "changed",
    applies: (unit) => unit.ad_mask_blur > 204,
    message: "maskBlur reaches to 512.",
  },
  {
    field: "ad_steps",
    kind: "changed",
    applies: (unit) => unit.ad_use_steps && unit.ad_steps > 200,
    message: "steps reach to 200.",
  },
  {
    field: "ad_cfg_scale",
    kind: "changed",
    applies: (unit) => unit.ad_use_cfg_scale && unit.ad_cfg_scale > 50,
    message: "CFGScale reaches to 50.",
  },
  ...(["ad_prompt", "ad_negative_prompt"] as const).map(
    (field): Remark => ({
      field,
      kind: "dropped",
      applies: (unit) => hasWildcards(unit[field]),
      message: NO_WILDCARDS,
    }),
  ),
  {
    field: "ad_prompt",
    kind: "dropped",
    applies: (unit) => /\[class=/i.test(unit.ad_prompt + unit.ad_negative_prompt),
    message: `[CLASS=…] stands in the prompt as it is written; ${BY_LABEL}`,
  },
  {
    field: "ad_classes_sequential",
    kind: "changed",
    applies: (unit) => unit.ad_classes_sequential && unit.ad_model_classes.includes(","),
    message:
      "its classes are painted in one pass, not one after the other; a unit for each class, imported so, does that.",
  },
  {
    field: "ad_class_prompts",
    kind: "dropped",
    applies: (unit) => unit.ad_classes_sequential && unit.ad_class_prompts.trim() !== "",
    message: BY_LABEL,
  },
  {
    field: "ad_class_guard",
    kind: "dropped",
    applies: (unit) => unit.ad_class_guard,
    message: `names of classes are not added to the prompts; ${BY_LABEL}`,
  },
  {
    field: "ad_use_lora_triggers",
    kind: "dropped",
    applies: (unit) => unit.ad_use_main_loras && unit.ad_use_lora_triggers,
    message: "words in the names of LoRAs are not added to the prompt.",
  },
  {
    field: "ad_strip_loras",
    kind: "changed",
    applies: (unit) => unit.ad_strip_loras,
    message: "a <lora:…> that a picture's own prompt carries stays in it.",
  },
  {
    field: "ad_apply_on_hires_only",
    kind: "dropped",
    applies: (unit) => unit.ad_apply_on_hires_only,
    message: "a picture is detailed as it is, whether or not it was enlarged before.",
  },
  {
    field: "ad_detection_resolution",
    kind: "dropped",
    applies: (unit) => unit.ad_detection_resolution > 0,
    message:
      "a detector looks at the size that it was made for; large pictures are looked at in parts, too (tiling: auto).",
  },
  {
    field: "ad_resolution_scale",
    kind: "dropped",
    applies: (unit) =>
      unit.ad_use_resolution_scale &&
      !unit.ad_use_inpaint_width_height &&
      unit.ad_inpaint_only_masked &&
      unit.ad_mask_merge_invert !== "None",
    message: "it goes by the box of one find; a merged mask has none.",
  },
  {
    field: "ad_text_encoder",
    kind: "dropped",
    applies: (unit) => unit.ad_use_text_encoder && nameOf(unit.ad_text_encoder) !== undefined,
    message: "no provider is told another text encoder; native takes what one understands.",
  },
  {
    field: "ad_inpaint_indices",
    kind: "changed",
    applies: (unit) =>
      /\d/.test(unit.ad_inpaint_indices) && unit.ad_model_classes + unit.ad_model_classes_excluded !== "",
    message: "finds are counted before their classes are chosen; there after that.",
  },
];

export function noteUnit(placed: PlacedUnit, notes: Notes): void {
  for (const { field, kind, applies, message } of REMARKS) {
    if (applies(placed.unit)) notes.add(kind, fieldPath(placed, field), message);
  }
}
