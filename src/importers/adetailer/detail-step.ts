import { type Draft, type DraftRecord, from } from "../draft.ts";
import type { ImportOptions, Notes } from "../imported.ts";
import { literal } from "../prompt-text.ts";
import { MOST_MARGIN } from "../reach.ts";
import { generationFields, guideSizeOf, nameOf, OWN_SEED, SAME_SEED } from "./generation-fields.ts";
import { type PromptChoice, promptFields } from "./prompts.ts";
import { dynamicStrength } from "./strength.ts";
import { type ADetailerSource, type ADetailerUnit, fieldPath, type PlacedUnit } from "./unit.ts";

/** Names that the step refers to. */
export interface DetailNames {
  readonly id: string;
  readonly maskId: string;
  /** One find in expressions. */
  readonly find: string;
  readonly seedImage: string;
}

/** The step that repaints what one unit found. */
export function detailStep(
  names: DetailNames,
  placed: PlacedUnit,
  prompts: readonly PromptChoice[],
  source: ADetailerSource,
  options: ImportOptions,
  notes: Notes,
): DraftRecord {
  const { unit } = placed;
  const each = unit.ad_mask_merge_invert === "None";
  const find = each ? names.find : null;
  const sameSeed = each && source.settings.ad_same_seed_for_each_tab;
  const seed = from(OWN_SEED, "the picture's own, else one that the run chooses");
  return {
    id: names.id,
    ...(each ? { forEach: `\${steps.${names.maskId}.detections}`, as: names.find } : {}),
    task: "imageInference",
    model: options.model,
    seedImage: names.seedImage,
    maskImage: each ? `\${${names.find}.maskImage}` : `\${steps.${names.maskId}.maskImage}`,
    ...zoomFields(placed, source, find, notes),
    strength: strengthOf(placed, source, find, notes),
    ...promptFields(prompts, find, sameSeed ? { seed: from(SAME_SEED, "ad_same_seed_for_each_tab") } : {}),
    seed,
    ...generationFields(unit, source),
    controlNet: controlNetOf(placed, notes),
    ...checkpointField(unit, source),
  };
}

function zoomFields(
  placed: PlacedUnit,
  source: ADetailerSource,
  find: string | null,
  notes: Notes,
): DraftRecord {
  const { unit } = placed;
  const { ad_use_inpaint_width_height: ownSize, ad_inpaint_only_masked_padding: padding } = unit;
  if (!unit.ad_inpaint_only_masked) {
    if (ownSize)
      notes.add(
        "dropped",
        fieldPath(placed, "ad_use_inpaint_width_height"),
        "the whole picture is painted at its own size; it is not brought to another.",
      );
    return {};
  }
  if (padding > MOST_MARGIN)
    notes.add(
      "changed",
      fieldPath(placed, "ad_inpaint_only_masked_padding"),
      `${padding} px are more than the most that a margin can have here, ${MOST_MARGIN}.`,
    );
  if (padding < 10)
    notes.add(
      "changed",
      fieldPath(placed, "ad_inpaint_only_masked_padding"),
      `a region is given at least 10 px around it, so that its edge can fade; ADetailer gave it ${padding}.`,
    );
  return {
    maskMargin: from(Math.min(padding, MOST_MARGIN), "ad_inpaint_only_masked_padding"),
    guideSize: guideSizeOf(unit, source, find),
  };
}

function strengthOf(
  placed: PlacedUnit,
  { settings }: ADetailerSource,
  find: string | null,
  notes: Notes,
): Draft {
  const { unit } = placed;
  const power = unit.ad_dynamic_denoise_power || settings.ad_dynamic_denoise_power;
  const { ad_denoising_strength: strength } = unit;
  if (power === 0) return from(strength, "ad_denoising_strength");
  if (find === null) {
    notes.add(
      "dropped",
      fieldPath(placed, "ad_denoising_strength"),
      "ad_dynamic_denoise_power needs one mask for each find; with merged masks ADetailer takes the first box for all, here the strength is the same for all.",
    );
    return from(strength, "ad_denoising_strength");
  }
  return from(
    dynamicStrength(strength, power, find),
    `ad_denoising_strength ${strength}, ad_dynamic_denoise_power ${power}`,
  );
}

function controlNetOf(placed: PlacedUnit, notes: Notes): Draft | undefined {
  const { unit } = placed;
  const { ad_controlnet_model: model, ad_controlnet_module: module } = unit;
  if (model === "None" || model === "") return undefined;
  if (model === "Passthrough") {
    notes.add(
      "dropped",
      fieldPath(placed, "ad_controlnet_model"),
      "Passthrough hands on what the page's own ControlNet is set to, which does not stand here; write it as controlNet.",
    );
    return undefined;
  }
  const [start, end] = unit.ad_controlnet_guidance_start_end ?? [
    unit.ad_controlnet_guidance_start,
    unit.ad_controlnet_guidance_end,
  ];
  const preprocessor =
    module === "None" || module === "" ? {} : { preprocessor: from(literal(module), "ad_controlnet_module") };
  return [
    {
      model: from(literal(model), "ad_controlnet_model"),
      ...preprocessor,
      weight: from(unit.ad_controlnet_weight, "ad_controlnet_weight"),
      startStepPercentage: from(percent(start), "ad_controlnet_guidance_start"),
      endStepPercentage: from(percent(end), "ad_controlnet_guidance_end"),
    },
  ];
}

const percent = (share: number): number => Number((share * 100).toFixed(4));

function checkpointField(unit: ADetailerUnit, { page }: ADetailerSource): DraftRecord {
  const own = unit.ad_use_checkpoint ? nameOf(unit.ad_checkpoint) : undefined;
  const checkpoint = own ?? nameOf(page.checkpoint ?? null);
  if (checkpoint === undefined) return {};
  return {
    byProvider: {
      a1111: {
        model: from(
          literal(checkpoint),
          own === undefined ? "the checkpoint that it was made with" : "ad_checkpoint",
        ),
      },
    },
  };
}
