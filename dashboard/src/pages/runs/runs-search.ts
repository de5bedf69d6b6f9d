import type { ListedStatus } from "../../../../src/contracts/run-list.ts";
import type { RunFilter } from "../../api/query-keys.ts";
import { isPeriod, type PeriodName, periodStart } from "./filters/period.ts";

/** What of the runs page is in its address: the words of the API's own filter, a time that goes with the clock, and the view. */
export interface RunsSearch extends RunFilter {
  /** Begun within this long until now, instead of between two fixed times. */
  readonly within?: PeriodName;
  /** How they are shown; default: a table. */
  readonly view?: "wall";
}

export type FilterName = keyof RunFilter | "within";

/** In the order in which they are offered. */
export const RUN_STATUSES: readonly ListedStatus[] = [
  "queued",
  "running",
  "held",
  "uncertain",
  "succeeded",
  "partial",
  "failed",
  "skipped",
  "cancelled",
  "review",
];

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const isUuid = (text: string) => new RegExp(`^${UUID}$`).test(text);
const isNumber = (text: string) => text.trim() !== "" && Number.isFinite(Number(text));
const isBound = (text: string) => isNumber(text) && Number(text) >= 0;
const isTime = (text: string) => !Number.isNaN(Date.parse(text));
const isName = (text: string) => text.length <= 200;
const isTags = (text: string) => text.split(",").every((tag) => /^[^\s,\p{Cc}]{1,50}$/u.test(tag));
const isStatus = (text: string) =>
  text.split(",").every((word) => RUN_STATUSES.some((known) => known === word));

/** Every word, and which values it takes. */
const WORDS: Readonly<Record<FilterName, (text: string) => boolean>> = {
  q: isName,
  runs: (text) => text.split(",").every(isUuid),
  status: isStatus,
  workflow: (text) => /^[^@]{1,100}(@[0-9a-f]{6,64})?$/.test(text),
  model: isName,
  provider: isName,
  tag: isTags,
  error: isName,
  batch: isUuid,
  within: isPeriod,
  from: isTime,
  to: isTime,
  durationMin: isBound,
  durationMax: isBound,
  costMin: isBound,
  costMax: isBound,
  seamMin: isBound,
  seamMax: isBound,
  sharpnessMin: isNumber,
  sharpnessMax: isNumber,
};

const NAMES = Object.keys(WORDS) as FilterName[];

/** What an address says, without what it should not. */
export function readRunsSearch(search: Record<string, unknown>): RunsSearch {
  const entries = NAMES.flatMap((name) => {
    const value = search[name];
    const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
    return text !== "" && WORDS[name](text) ? [[name, text] as const] : [];
  });
  return {
    ...(Object.fromEntries(entries) as RunsSearch),
    ...(search["view"] === "wall" ? { view: "wall" as const } : {}),
  };
}

/** As the API takes it. @param now milliseconds since 1970 */
export function filterOf({ view: _, within, from, to, ...words }: RunsSearch, now: number): RunFilter {
  const begin = within === undefined ? from : periodStart(within, now);
  return {
    ...words,
    ...(begin === undefined ? {} : { from: new Date(begin).toISOString() }),
    ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
  };
}

/** With other values; an empty one takes the word away. */
export function changeSearch(
  search: RunsSearch,
  change: Readonly<Partial<Record<FilterName, string>>>,
): RunsSearch {
  return readRunsSearch({ ...search, ...change });
}

/** What narrows the list, written so that two equal ones are the same text. */
export function filterText({ view: _, ...words }: RunsSearch): string {
  return JSON.stringify(NAMES.map((name) => words[name] ?? null));
}

export function isFiltered(search: RunsSearch): boolean {
  return NAMES.some((name) => search[name] !== undefined);
}
