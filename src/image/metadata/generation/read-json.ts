import { isJsonObject, type JsonObject } from "../../../contracts/json.ts";

/** `NaN` and `Infinity` as values, which Python writes and JSON does not have. */
const NO_NUMBER = /([:[,]\s*)-?(?:NaN|Infinity)(?=\s*[,\]}])/g;

/** A record of JSON, also as Python writes it; null where the text is anything else. */
export function readJsonObject(text: string | undefined): JsonObject | null {
  if (text === undefined || !/^\s*\{/.test(text)) return null;
  return parse(text) ?? parse(text.replace(NO_NUMBER, "$1null"));
}

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** A record within a record; an empty one where it is not there, so that its fields are simply absent. */
export function inner(record: JsonObject, field: string): JsonObject {
  const value = Object.hasOwn(record, field) ? record[field] : undefined;
  return isJsonObject(value) ? value : {};
}
