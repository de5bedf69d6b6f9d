import { isJsonObject, type JsonValue } from "../contracts/json.ts";

/* What an importer writes: a workflow whose values may say where they came from. */

/** A value and where it comes from; the YAML has the comment beside it, the plain document has not. */
export class Commented {
  readonly value: Draft;
  readonly comment: string;

  constructor(value: Draft, comment: string) {
    this.value = value;
    this.comment = comment;
  }
}

/** A field that is undefined is not written. */
export type Draft = JsonValue | Commented | readonly Draft[] | DraftRecord;
export interface DraftRecord {
  readonly [field: string]: Draft | undefined;
}

export function from(value: Draft, comment: string): Commented {
  return new Commented(value, comment);
}

/** The document itself, without comments. */
export function plainOf(draft: Draft): JsonValue {
  if (draft instanceof Commented) return plainOf(draft.value);
  if (isDraftList(draft)) return draft.map(plainOf);
  if (!isDraftRecord(draft)) return draft;
  return Object.fromEntries(fieldsOf(draft).map(([name, value]) => [name, plainOf(value)]));
}

export function fieldsOf(draft: DraftRecord): [string, Draft][] {
  return Object.entries(draft).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

export const isDraftList = (draft: Draft): draft is readonly Draft[] => Array.isArray(draft);

export const isDraftRecord = (draft: Draft): draft is DraftRecord =>
  isJsonObject(draft) && !(draft instanceof Commented);
