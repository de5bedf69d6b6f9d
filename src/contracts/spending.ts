import { z } from "zod";
import { Scope } from "./audit.ts";

/* What was spent at providers: sums of calls. A call counts with what it cost, or until that is known with what is reserved for it. */

const LONGEST_DAYS = 400;
const DAY_MS = 24 * 60 * 60 * 1000;

/** `tag` is one of a run, `label` one of an owner, as `team=retouch`. */
export const SpendingBy = z.enum(["provider", "model", "workflow", "batch", "tag", "owner", "label"]);
export type SpendingBy = z.output<typeof SpendingBy>;

const Range = z.strictObject({
  scope: Scope.default("mine"),
  /** Calls sent at this time or later. */
  from: z.iso.datetime({ offset: true }),
  /** Calls sent before this time. */
  to: z.iso.datetime({ offset: true }),
});

/** Whether the one end comes before the other, and not too long before. */
export function isRange({ from, to }: { readonly from: string; readonly to: string }): boolean {
  const ms = Date.parse(to) - Date.parse(from);
  return ms > 0 && ms <= LONGEST_DAYS * DAY_MS;
}
export const RANGE_EXPECTED = `expected from before to, at most ${LONGEST_DAYS} days apart`;

export const SpendingQuery = Range.extend({
  by: SpendingBy.default("provider"),
  /** Whose days are meant, such as Europe/Berlin. */
  zone: z
    .string()
    .regex(/^[A-Za-z0-9_+/-]{1,64}$/, "expected a time zone such as Europe/Berlin")
    .default("UTC"),
});
export type SpendingQuery = z.output<typeof SpendingQuery>;

export const CallsQuery = Range;
export type CallsQuery = z.output<typeof CallsQuery>;

const Dollars = z.number().min(0);
const Count = z.int().min(0);

const Sum = z.strictObject({
  /** US dollars, all that follows included. */
  cost: Dollars,
  /** Of it, reserved for calls that have not ended, or of which nobody knows whether they were billed. */
  open: Dollars,
  /** Of it, for tasks that failed or were cancelled: paid, and nothing to show for it. */
  lost: Dollars,
  /** Of it, for what was made already: rerolls, reruns and repeated tries. */
  again: Dollars,
  calls: Count,
  runs: Count,
});

export const SpendingRow = Sum.extend({
  /** What the row is of: a provider, a batch's UUID …; null for what has none, such as runs without tags. */
  key: z.string().nullable(),
  /** For people: the workflow of a batch, say. */
  label: z.string().nullable(),
  /** What may be spent at most; null without limit. */
  limit: Dollars.nullable(),
});
export type SpendingRow = z.output<typeof SpendingRow>;

/** A limit of a provider, and what stands against it. */
export const ProviderBudget = z.strictObject({
  provider: z.string(),
  /** `day`: all batches of this day, UTC; `owner`: of the asking key's owner, ever; `batch` and `run`: of each. */
  of: z.enum(["day", "owner", "batch", "run"]),
  limit: Dollars,
  /** Null where it is of each of many, or of all owners, which is for admins. */
  used: Dollars.nullable(),
});
export type ProviderBudget = z.output<typeof ProviderBudget>;

export const Spending = z.strictObject({
  total: Sum,
  /** Every day of the range, the first first. */
  days: z.array(Sum.extend({ day: z.iso.date() })),
  by: SpendingBy,
  /** The largest first; a run with two tags is in both rows. */
  rows: z.array(SpendingRow),
  /** By which tasks are held; limits of single batches are in their rows. */
  budgets: z.array(ProviderBudget),
  /** Whether there are more rows than are listed. */
  isCut: z.boolean(),
});
export type Spending = z.output<typeof Spending>;
