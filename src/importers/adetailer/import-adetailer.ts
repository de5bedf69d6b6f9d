import { MaskloomError } from "../../errors.ts";
import { capitalised, importDetector, StepNames } from "../detector-names.ts";
import { type DraftRecord, from } from "../draft.ts";
import { DEFAULT_INPAINTER, type Imported, type ImportOptions, Notes } from "../imported.ts";
import { literal, type PromptText, splitLora } from "../prompt-text.ts";
import { detailStep } from "./detail-step.ts";
import { maskStep } from "./mask-step.ts";
import { type MainPrompts, readPrompts } from "./prompts.ts";
import { type ADetailerSource, fieldPath, type PlacedUnit } from "./unit.ts";
import { noteUnit } from "./without-equivalent.ts";

/**
 * A workflow that does what ADetailer's units do: each finds anew in what the unit before it left, and repaints find by
 * find.
 * @throws INPUT_INVALID where no unit would do anything
 */
export function importADetailer(source: ADetailerSource, options: ImportOptions): Imported {
  const notes = new Notes();
  notePage(source, options, notes);
  const main = mainPrompts(source);
  const names = new StepNames();
  const steps: DraftRecord[] = [];
  let image = "${inputs.image}";
  for (const placed of source.units) {
    const made = passOf(placed, image, main, source, options, names, notes);
    if (made === null) continue;
    steps.push(...made.steps);
    image = made.output;
  }
  if (steps.length === 0) {
    throw new MaskloomError(
      "INPUT_INVALID",
      "expected a unit that does something: every one has ad_model None, ad_tab_enable false, or a prompt that skips all",
    );
  }
  return { workflow: documentOf(source, options, main, steps, image), notes: notes.list() };
}

function passOf(
  placed: PlacedUnit,
  image: string,
  main: MainPrompts,
  source: ADetailerSource,
  options: ImportOptions,
  stepNames: StepNames,
  notes: Notes,
): { readonly steps: readonly DraftRecord[]; readonly output: string } | null {
  const { unit, path } = placed;
  const why = reasonToLeaveOut(placed);
  const merged = unit.ad_mask_merge_invert !== "None";
  const prompts = readPrompts(unit, main).slice(0, merged ? 1 : undefined);
  const idle = why ?? (prompts.every(({ skip }) => skip) ? "its prompt skips every find" : null);
  if (idle !== null) {
    notes.add("hint", path === "" ? "the unit" : path, `left out: ${idle}.`);
    return null;
  }
  noteUnit(placed, notes);
  if (unit.ad_use_main_loras && source.page.prompt === undefined)
    notes.add(
      "dropped",
      fieldPath(placed, "ad_use_main_loras"),
      "which LoRAs a picture's prompt names is only known where a payload has it; a blank prompt and [PROMPT] take them along.",
    );
  const detector = importDetector(unit.ad_model, fieldPath(placed, "ad_model"), notes);
  const [maskId = "", id = ""] = stepNames.take(detector.plural, `detail${capitalised(detector.plural)}`);
  const named = { id, maskId, find: detector.singular, seedImage: image };
  return {
    steps: [
      maskStep(maskId, image, detector, placed, source.settings, notes),
      detailStep(named, placed, prompts, source, options, notes),
    ],
    output: `\${steps.${id}.image}`,
  };
}

function reasonToLeaveOut({ unit }: PlacedUnit): string | null {
  if (!unit.ad_tab_enable) return "ad_tab_enable is false";
  if (unit.ad_model === "None" || unit.ad_model.trim() === "")
    return "ad_model is None, so that nothing is looked for";
  return null;
}

function notePage(source: ADetailerSource, options: ImportOptions, notes: Notes): void {
  for (const { path, message } of source.also) notes.add("dropped", path, message);
  if (!source.enabled)
    notes.add("hint", "args[0]", "ADetailer is switched off there; its units are imported all the same.");
  if (
    source.settings.ad_match_inpaint_bbox_size !== "Off" &&
    source.settings.ad_match_inpaint_bbox_size !== false
  )
    notes.add(
      "dropped",
      "ad_match_inpaint_bbox_size",
      "a crop has the proportions that the inpainter works at, and the box's where it takes any.",
    );
  if (options.model === DEFAULT_INPAINTER)
    notes.add(
      "hint",
      "model",
      `ADetailer repaints with the page's checkpoint. ${DEFAULT_INPAINTER} runs here without one: it restores, and takes neither prompt nor strength. Import with --model, or choose another provider, to repaint.`,
    );
}

/** The payload's prompts are what the picture is made with; elsewhere each picture carries its own. */
function mainPrompts({ page }: ADetailerSource): MainPrompts {
  return {
    positive: mainPrompt(page.prompt, "inputs.prompt ?? inputs.image.meta.prompt"),
    negative: mainPrompt(page.negativePrompt, "inputs.negativePrompt ?? inputs.image.meta.negativePrompt"),
  };
}

function mainPrompt(given: string | undefined, names: string): PromptText {
  const { text, lora } = splitLora(given ?? "");
  return { template: text.includes("${") ? literal(text) : `\${${names} ?? ''}`, lora };
}

function documentOf(
  source: ADetailerSource,
  options: ImportOptions,
  main: MainPrompts,
  steps: readonly DraftRecord[],
  output: string,
): DraftRecord {
  const { page, what } = source;
  const seed =
    page.seed !== undefined && page.seed >= 0
      ? Math.min(Math.round(page.seed), Number.MAX_SAFE_INTEGER)
      : null;
  return {
    maskloom: 1,
    name: options.name,
    description: `What ADetailer does, imported from ${what}.`,
    inputs: {
      image: { type: "image", help: "The picture." },
      prompt: promptInput(page.prompt, "What it shows", main.positive),
      negativePrompt: promptInput(page.negativePrompt, "What it does not show", main.negative),
      seed: {
        type: "integer",
        min: 0,
        default: seed === null ? null : from(seed, "the payload's seed"),
        help: "Of the first find; without it the picture's own, or one that the run chooses.",
      },
    },
    steps,
    output,
  };
}

/** A default that looks like an expression would be refused: such a text stands in the steps instead. */
function promptInput(given: string | undefined, what: string, { lora }: PromptText): DraftRecord {
  const text = given === undefined ? "" : splitLora(given).text;
  const preset =
    text === "" || text.includes("${")
      ? null
      : from(text, lora.length > 0 ? "the payload's, without its <lora:…>" : "the payload's");
  return { type: "text", default: preset, help: `${what}; without it the picture's own prompt.` };
}
