import { isJsonObject } from "../../../contracts/json.ts";

/** `{{steps}}`, or `{{steps|28}}` with what stands there where nothing is given; `{{lora.model}}` of each of a list. */
const PLACEHOLDER = /\{\{\s*([A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)*)\s*(?:\|([^{}]*))?\}\}/g;

interface PlaceholderUse {
  readonly name: string;
  readonly standard: string | undefined;
}

/** Every placeholder within a value, however deep. */
export function placeholdersIn(value: unknown): readonly PlaceholderUse[] {
  return [...textsOf(value)].flatMap((text) =>
    [...text.matchAll(PLACEHOLDER)].map(([, name = "", standard]) => ({ name, standard })),
  );
}

/** @param replace gets every text that has placeholders in it */
export function mapTexts(value: unknown, replace: (text: string) => unknown): unknown {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((inner) => mapTexts(inner, replace));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, replace)]));
}

/** A text that is nothing but a placeholder becomes the value itself, so that numbers stay numbers. */
export function fillText(
  text: string,
  lookUp: (name: string, standard: string | undefined) => unknown,
): unknown {
  const [whole] = [...text.matchAll(PLACEHOLDER)];
  if (whole?.[0] === text) return lookUp(whole[1] ?? "", whole[2]);
  return text.replaceAll(PLACEHOLDER, (_, name: string, standard?: string) => String(lookUp(name, standard)));
}

/** `{{lora.model}}` as `{{lora.1.model}}`. */
export function numberPlaceholders(value: unknown, list: string, at: number): unknown {
  return mapTexts(value, (text) => text.replaceAll(`{{${list}.`, `{{${list}.${at}.`));
}

function* textsOf(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null)
    for (const inner of Object.values(value)) yield* textsOf(inner);
}
