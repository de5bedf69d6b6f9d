import type { DraftRecord } from "./draft.ts";

/** A prompt, and the LoRAs that stood in it. */
export interface PromptText {
  /** As a workflow writes it: expressions in it are evaluated. */
  readonly template: string;
  readonly lora: readonly DraftRecord[];
}

/** A text that stands for itself, whatever it holds. */
export function literal(text: string): string {
  return text.replaceAll("${", () => "$${");
}

/** Whether a text has `__name__` or `{a|b}`, of which other tools choose something at random. */
export const hasWildcards = (text: string): boolean => /__[\w./*+-]+__|\{[^{}]*\|/.test(text);

export const NO_WILDCARDS =
  "wildcards (__name__, {a|b}) stand in the prompt as they are written: nothing is chosen at random here.";

/** Of a run of blanks only the first is tried as a beginning, so that a long one takes no longer than it is. */
const LORA = /(?<!\s)\s*<(?:lora|lyco):([^:<>]+)((?::[^:<>]*)*)>/gi;

/**
 * Takes `<lora:name:0.8>` out of a text: each generator has its own way to write LoRAs, and `lora` is the way that all
 * of them are told here. Of several weights (text encoder, network) the first holds for both.
 */
export function splitLora(text: string): { readonly text: string; readonly lora: readonly DraftRecord[] } {
  const lora = [...text.matchAll(LORA)].map(([, name = "", rest = ""]) => {
    const weight = /-?\d+(?:\.\d+)?/.exec(rest.replace(/\blbw=[^:]*/gi, ""))?.[0];
    return { model: literal(name.trim()), weight: weight === undefined ? 1 : Number(weight) };
  });
  if (lora.length === 0) return { text, lora };
  return {
    text: text
      .replace(LORA, "")
      .replace(/^[\s,]+/, "")
      .trim(),
    lora,
  };
}
