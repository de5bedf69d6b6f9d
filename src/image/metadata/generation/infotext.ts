import { type Claims, type Generation, makeGeneration } from "./generation.ts";

/* A1111's way of writing, which Forge, SD.Next, Civitai and many savers of ComfyUI share: the prompt in any number of
   lines, then perhaps one that begins with "Negative prompt: " and its further lines, then one of "Name: value" pairs. */

/** As A1111 reads it back: whatever blanks the line begins with. */
const NEGATIVE = /^[ \t]{0,100}Negative prompt:/m;
/** Fewer pairs in the last line than this, and it is a line of the prompt. */
const FEWEST_SETTINGS = 3;
const LONGEST_LINE = 200_000;
const MOST_LINES_BELOW = 50;

/** What each setting is called; the first that is there counts. */
const SETTINGS: Readonly<
  Record<Exclude<keyof Claims, "prompt" | "negativePrompt" | "width" | "height">, readonly string[]>
> = {
  seed: ["Seed"],
  steps: ["Steps"],
  sampler: ["Sampler"],
  scheduler: ["Schedule type", "Scheduler"],
  CFGScale: ["CFG scale", "CFG Scale"],
  strength: ["Denoising strength"],
  clipSkip: ["Clip skip"],
  model: ["Model"],
  modelHash: ["Model hash"],
};

/** @param certain whether the place of the text says that it is one, so that a prompt alone is believed too */
export function readInfotext(text: string, certain: boolean): Generation | null {
  if (/^\s*[{[]/.test(text)) return null;
  const { body, settings } = splitSettings(text.replaceAll("\r\n", "\n").trim());
  if (settings === null && !certain) return null;
  const { positive, negative } = splitPrompts(body);
  const said = settings ?? new Map<string, string>();
  const claims = Object.entries(SETTINGS).map(([field, names]) => [
    field,
    names.map((one) => said.get(one)).find((value) => value !== undefined),
  ]);
  const [width, height] = said.get("Size")?.split("x") ?? [];
  return makeGeneration("a1111", {
    ...Object.fromEntries(claims),
    prompt: positive,
    negativePrompt: negative,
    width,
    height,
  });
}

/** The settings are the last line, unless an extension has added its templates below them. */
function splitSettings(text: string): { body: string; settings: ReadonlyMap<string, string> | null } {
  let end = text.length;
  for (let lines = 0; lines < MOST_LINES_BELOW && end > 0; lines++) {
    const start = text.lastIndexOf("\n", end - 1) + 1;
    const settings = readSettings(text.slice(start, end));
    if (settings.size >= FEWEST_SETTINGS && settings.has("Steps"))
      return { body: text.slice(0, start), settings };
    end = start - 1;
  }
  return { body: text, settings: null };
}

/** The negative prompt begins with a line of its own; whatever the positive one quotes is left alone. */
function splitPrompts(body: string): { positive: string; negative: string } {
  const found = NEGATIVE.exec(body);
  if (found === null) return { positive: body, negative: "" };
  return { positive: body.slice(0, found.index), negative: body.slice(found.index + found[0].length) };
}

/** `Name: value, Name: "quoted, value", Name: {"json": …}`: one pass, each character looked at once. */
export function readSettings(line: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  if (line.length > LONGEST_LINE) return settings;
  let at = 0;
  let nests = true;
  while (at < line.length) {
    const colon = line.indexOf(":", at);
    if (colon < 0) break;
    const name = line.slice(Math.max(at, line.lastIndexOf(",", colon) + 1), colon).trim();
    const start = colon + 1 + (/^\s*/.exec(line.slice(colon + 1, colon + 20))?.[0].length ?? 0);
    const closed = nests ? endOfNested(line, start) : null;
    /* One that is never closed is no quotation, and looking for the end of each further one would take for ever. */
    if (closed === UNCLOSED) nests = false;
    const end = typeof closed === "number" ? closed : orEnd(line, line.indexOf(",", start));
    if (/^[A-Za-z0-9][\w \-/]{0,80}$/.test(name) && !settings.has(name)) {
      settings.set(name, unquote(line.slice(start, end).trim()));
    }
    const comma = line.indexOf(",", end);
    at = comma < 0 ? line.length : comma + 1;
  }
  return settings;
}

const CLOSING: Readonly<Record<string, string>> = { "{": "}", "[": "]" };

const UNCLOSED = Symbol("unclosed");

/** Where a value in quotes or JSON's brackets ends, whatever commas are in it; null where it is in neither. */
function endOfNested(line: string, start: number): number | typeof UNCLOSED | null {
  const first = line[start] ?? "";
  if (first !== '"' && !(first in CLOSING)) return null;
  let depth = 0;
  let quoted = false;
  for (let at = start; at < line.length; at++) {
    const character = line[at] ?? "";
    if (quoted && character === "\\") at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character in CLOSING) depth += 1;
    else if (!quoted && (character === "}" || character === "]")) depth -= 1;
    if (!quoted && depth <= 0) return at + 1;
  }
  return UNCLOSED;
}

const orEnd = (line: string, at: number): number => (at < 0 ? line.length : at);

function unquote(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    const read: unknown = JSON.parse(value);
    return typeof read === "string" ? read : value;
  } catch {
    return value;
  }
}
