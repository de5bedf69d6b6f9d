import type { Toast } from "../../../components/toast-store.ts";
import { BULK_KINDS, type BulkName } from "./bulk-kinds.ts";

/** What many requests came to together. */
export interface BulkOutcome {
  readonly matched: number;
  readonly changed: number;
  /** Why it was not done to some, by the code of why. */
  readonly refused: readonly { readonly code: string; readonly runs: number; readonly example: string }[];
}

export const NO_OUTCOME: BulkOutcome = { matched: 0, changed: 0, refused: [] };

export function addOutcome(one: BulkOutcome, other: BulkOutcome): BulkOutcome {
  const refused = new Map(one.refused.map((row) => [row.code, row]));
  for (const row of other.refused) {
    const known = refused.get(row.code);
    refused.set(row.code, known === undefined ? row : { ...known, runs: known.runs + row.runs });
  }
  return {
    matched: one.matched + other.matched,
    changed: one.changed + other.changed,
    refused: [...refused.values()],
  };
}

const number = new Intl.NumberFormat("en");

export function countRuns(count: number): string {
  return count === 1 ? "1 run" : `${number.format(count)} runs`;
}

/** How many, how many not, and why. @param isStopped before all of them had their turn */
export function sayOutcome(
  name: BulkName,
  { matched, changed, refused }: BulkOutcome,
  isStopped = false,
): Pick<Toast, "tone" | "text"> {
  const { done, others } = BULK_KINDS[name];
  const left = matched - changed;
  const why = refused.length === 0 ? others : refused.map(({ example }) => example).join("; ");
  const texts = [
    `${countRuns(changed)} ${done}.`,
    ...(left > 0 ? [`${number.format(left)} ${left === 1 ? "was" : "were"} left as they were: ${why}.`] : []),
    ...(isStopped ? ["Stopped before the rest had their turn."] : []),
  ];
  const tone = changed === 0 ? "warn" : left > 0 || isStopped ? "warn" : "good";
  return { tone, text: texts.join(" ") };
}
