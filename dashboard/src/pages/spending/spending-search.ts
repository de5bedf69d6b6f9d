import type { SpendingBy } from "../../../../src/contracts/spending.ts";

/** What of the spending page is in its address; what is not said is as most want it. */
export interface SpendingSearch {
  /** So many days, today included. */
  readonly days?: number;
  readonly by?: SpendingBy;
  /** All owners instead of one's own; for admins. */
  readonly scope?: "all";
}

export const DEFAULT_DAYS = 30;
export const DAY_CHOICES = [7, DEFAULT_DAYS, 90, 365] as const;

/** In the order in which they are offered. */
export const GROUPINGS: readonly { readonly value: SpendingBy; readonly label: string }[] = [
  { value: "provider", label: "Provider" },
  { value: "model", label: "Model" },
  { value: "workflow", label: "Workflow" },
  { value: "batch", label: "Batch" },
  { value: "tag", label: "Tag" },
  { value: "owner", label: "Owner" },
  { value: "label", label: "Label of the owner" },
];

/** What tells nothing where all of it is one owner's. */
export const OF_OWNERS: ReadonlySet<SpendingBy> = new Set(["owner", "label"]);

/** What an address says, without what it should not. */
export function readSpendingSearch({ days, by, scope }: Record<string, unknown>): SpendingSearch {
  const known = DAY_CHOICES.find((choice) => choice === Number(days) && choice !== DEFAULT_DAYS);
  const grouping = GROUPINGS.find(({ value }) => value === by && value !== "provider");
  return {
    ...(known === undefined ? {} : { days: known }),
    ...(grouping === undefined ? {} : { by: grouping.value }),
    ...(scope === "all" ? { scope: "all" } : {}),
  };
}

/** From the beginning of the first day to the end of today, as the reader's clock has it. */
export function rangeOf(days: number, now: Date): { readonly from: string; readonly to: string } {
  const day = (offset: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + offset).toISOString();
  return { from: day(1 - days), to: day(1) };
}
