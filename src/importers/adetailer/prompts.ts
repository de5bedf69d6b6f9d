import { type Draft, type DraftRecord, from } from "../draft.ts";
import { literal, type PromptText, splitLora } from "../prompt-text.ts";
import type { ADetailerUnit } from "./unit.ts";

/** What a blank prompt stands for: the prompts of the picture itself. */
export interface MainPrompts {
  readonly positive: PromptText;
  readonly negative: PromptText;
}

/** What is said of one find: its prompts, or that it is left alone. */
export interface PromptChoice {
  readonly positive: PromptText;
  readonly negative: PromptText;
  readonly skip: boolean;
  readonly comment: string;
}

/**
 * The prompts of a unit, one for each find in turn; the last one holds for all that come after it. `[SEP]` separates,
 * `[SKIP]` leaves a find alone, a blank piece and `[PROMPT]` stand for the picture's own prompt.
 */
export function readPrompts(unit: ADetailerUnit, main: MainPrompts): readonly PromptChoice[] {
  const positive = pieces(unit.ad_prompt, main.positive).map((one) =>
    withExtras(one, unit, unit.ad_prompt_append, unit.ad_use_main_loras ? main.positive.lora : []),
  );
  const negative = pieces(unit.ad_negative_prompt, main.negative).map((one) =>
    withExtras(one, unit, unit.ad_negative_prompt_append, []),
  );
  const count = Math.max(positive.length, negative.length);
  return Array.from({ length: count }, (_, at) => {
    const own = positive[Math.min(at, positive.length - 1)] ?? piece("", main.positive);
    const other = negative[Math.min(at, negative.length - 1)] ?? piece("", main.negative);
    return { positive: own, negative: other, skip: own.skip, comment: own.comment };
  });
}

interface Piece extends PromptText {
  readonly skip: boolean;
  readonly comment: string;
}

function pieces(text: string, main: PromptText): readonly Piece[] {
  return text.split(/\s*\[SEP\]\s*/).map((one) => piece(one, main));
}

function piece(text: string, main: PromptText): Piece {
  if (/^\s*\[SKIP\]\s*$/.test(text)) return { template: "", lora: [], skip: true, comment: "[SKIP]" };
  if (text === "") return { ...main, skip: false, comment: "blank: the picture's own" };
  const own = splitLora(text);
  const parts = own.text.split(/\s*\[PROMPT\]\s*/);
  if (parts.length === 1)
    return { template: literal(own.text), lora: own.lora, skip: false, comment: "ad_prompt" };
  const template = parts.map(literal).join(` ${main.template} `).trim();
  return { template, lora: [...own.lora, ...main.lora], skip: false, comment: "[PROMPT]: the picture's own" };
}

/** What ADetailer Ultimate puts behind a piece, LoRAs of the picture's prompt among it, or takes out of it. */
function withExtras(one: Piece, unit: ADetailerUnit, append: string, ofMain: PromptText["lora"]): Piece {
  if (one.skip) return one;
  const behind = splitLora(append.trim().replace(/^,\s*/, ""));
  const own = [...one.lora, ...behind.lora];
  const named = new Set(own.map(({ model }) => model));
  const lora = unit.ad_strip_loras ? [] : [...own, ...ofMain.filter(({ model }) => !named.has(model))];
  if (behind.text === "") return { ...one, lora };
  const before = one.template.trimEnd().replace(/,$/, "");
  const template = before === "" ? literal(behind.text) : `${before}, ${literal(behind.text)}`;
  return { ...one, template, lora, comment: `${one.comment}, and what is appended` };
}

/**
 * The prompts as fields of a step, or as rules where they differ from find to find.
 * @param find the name of one find in expressions; null where all are one mask
 * @param extra fields that every rule has, such as a seed for all
 */
export function promptFields(
  choices: readonly PromptChoice[],
  find: string | null,
  extra: DraftRecord,
): DraftRecord {
  const [first] = choices;
  if (first === undefined) return {};
  const several = find !== null && (choices.length > 1 || Object.keys(extra).length > 0);
  if (!several) return fieldsOf(first);
  const rules = choices.map((choice, at): Draft => {
    const when = at < choices.length - 1 ? { when: `${find}.index == ${at + 1}` } : {};
    return choice.skip ? { ...when, skip: from(true, "[SKIP]") } : { ...when, ...fieldsOf(choice), ...extra };
  });
  return {
    rules:
      choices.length > 1 ? from(rules, "[SEP]: one for each find, the last one for all that follow") : rules,
  };
}

function fieldsOf({ positive, negative, comment }: PromptChoice): DraftRecord {
  const lora = [...positive.lora, ...negative.lora];
  return {
    positivePrompt: from(positive.template, comment),
    negativePrompt: negative.template,
    ...(lora.length === 0 ? {} : { lora: from(lora, "<lora:…> of the prompt") }),
  };
}
