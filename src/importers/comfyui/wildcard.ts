import { type Draft, type DraftRecord, from } from "../draft.ts";
import type { Notes } from "../imported.ts";
import { hasWildcards, literal, NO_WILDCARDS, type PromptText, splitLora } from "../prompt-text.ts";

/** A detailer's wildcard text: which finds come first, and what is said of each. */
export interface WildcardPrompt {
  readonly sort: string | null;
  /** Fields of the repainting step: a prompt, or rules. Empty where the text is. */
  readonly fields: DraftRecord;
}

const ORDERS: Readonly<Record<string, string>> = {
  ASC: "leftToRight",
  DSC: "rightToLeft",
  "DSC-SIZE": "area",
};

interface Item {
  readonly text: string;
  readonly seed: number | null;
}

/**
 * Impact Pack's wildcard text as fields of a step. `[SEP]` separates finds, and where there are more of them than
 * pieces it begins again; `[STOP]` leaves alone that find and all after it; `[LAB]` goes by labels.
 * @param base the positive prompt, which the text replaces unless it begins with `[CONCAT]`, and the model's LoRAs
 * @param find the name of one find in expressions
 */
export function readWildcard(
  wildcard: string,
  base: PromptText,
  find: string,
  path: string,
  notes: Notes,
): WildcardPrompt {
  const concat = wildcard.trimStart().startsWith("[CONCAT]");
  const text = wildcard.trim().replace(/^\[CONCAT\]\s*/, "");
  if (text === "") return { sort: null, fields: {} };
  if (hasWildcards(text)) notes.add("dropped", path, NO_WILDCARDS);
  const prompt = (own: string): DraftRecord => promptFields(own, concat ? base : { ...base, template: "" });
  if (text.startsWith("[LAB]")) {
    const rules = labelRules(text, find, prompt);
    return { sort: null, fields: rules.length === 0 ? {} : { rules: from(rules, "[LAB]") } };
  }
  const [, mode, rest = text] = /^\[(ASC-SIZE|DSC-SIZE|ASC|DSC|RND)\]\s*([\s\S]*)$/.exec(text) ?? [];
  const sort = orderOf(mode, path, notes);
  const items = itemsOf(rest, path, notes);
  const [only] = items;
  if (items.length === 0) return { sort, fields: {} };
  if (items.length === 1 && only !== undefined && !/^\[(SKIP|STOP)\]/.test(only.text) && only.seed === null)
    return { sort, fields: prompt(only.text) };
  return {
    sort,
    fields: { rules: from(indexRules(items, find, prompt), "[SEP]: one for each find in turn") },
  };
}

function orderOf(mode: string | undefined, path: string, notes: Notes): string | null {
  if (mode === undefined) return null;
  const order = ORDERS[mode];
  if (order !== undefined) return order;
  const what =
    mode === "RND"
      ? "finds are not shuffled here; their prompts go by the detector's order."
      : "the smallest find first is no order here; their prompts go by the detector's order.";
  notes.add("dropped", path, `[${mode}]: ${what}`);
  return null;
}

/** Pieces between `[SEP]`, `[SEP:R]` and `[SEP:seed]`; blank ones do not count. */
function itemsOf(text: string, path: string, notes: Notes): readonly Item[] {
  const parts = text.split(/\[SEP(?::\s*([\w-]+))?\]/);
  const items: Item[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const piece = (parts[at] ?? "").trim();
    const given = at === 0 ? undefined : parts[at - 1];
    const seed = given === undefined ? null : Number(given);
    if (given !== undefined && !Number.isSafeInteger(seed))
      notes.add(
        "dropped",
        path,
        `[SEP:${given}]: a seed of its own by chance; it has the seed of its place.`,
      );
    if (piece !== "")
      items.push({
        text: piece,
        seed: seed !== null && Number.isSafeInteger(seed) && seed >= 0 ? seed : null,
      });
  }
  return items;
}

function indexRules(items: readonly Item[], find: string, prompt: (own: string) => DraftRecord): Draft[] {
  const stop = items.findIndex(({ text }) => text.startsWith("[STOP]"));
  const used = stop < 0 ? items : items.slice(0, stop);
  const rules = used.map(({ text, seed }, at): DraftRecord => {
    const when = placeOf(find, at + 1, stop < 0 ? items.length : 0);
    const condition = when === null ? {} : { when };
    if (text.startsWith("[SKIP]")) return { ...condition, skip: from(true, "[SKIP]") };
    return { ...condition, ...prompt(text), ...(seed === null ? {} : { seed: from(seed, `[SEP:${seed}]`) }) };
  });
  return stop < 0 ? rules : [...rules, { skip: from(true, "[STOP]: this one and all that follow") }];
}

/** Whether a find is the nth; with a `period`, counted anew after so many. Null = always. */
function placeOf(find: string, place: number, period: number): string | null {
  if (period === 0) return `${find}.index == ${place}`;
  if (period === 1) return null;
  // The language has no remainder: whole periods before this find are what rounding at half a period leaves.
  const before = `${period} * round((2 * ${find}.index - ${period + 1}) / ${2 * period})`;
  return `${find}.index - ${before} == ${place}`;
}

/** `[LAB] [ALL] text [hand] text`: what stands under ALL comes before each. */
function labelRules(text: string, find: string, prompt: (own: string) => DraftRecord): Draft[] {
  const pieces = [...text.slice("[LAB]".length).matchAll(/\[([\w. -]+)\]([^[]*)/g)]
    .map(([, label = "", own = ""]) => ({ label: label.trim(), own: own.trim() }))
    .filter(({ own }) => own !== "");
  const all = pieces.find(({ label }) => label === "ALL")?.own ?? "";
  const rules = pieces
    .filter(({ label }) => label !== "ALL")
    .map(
      ({ label, own }): DraftRecord => ({
        when: `${find}.label == ${JSON.stringify(label)}`,
        ...prompt(`${all}${all === "" ? "" : " "}${own}`),
      }),
    );
  return all === "" ? rules : [...rules, prompt(all)];
}

function promptFields(own: string, { template: base, lora: ofModel }: PromptText): DraftRecord {
  const { text, lora } = splitLora(own);
  const joined = base === "" ? literal(text) : `${base}, ${literal(text)}`;
  return {
    positivePrompt: from(joined, base === "" ? "wildcard" : "[CONCAT]: the positive prompt and the wildcard"),
    ...(lora.length === 0
      ? {}
      : { lora: from([...ofModel, ...lora], "LoRAs of the model, <lora:…> of the wildcard") }),
  };
}
