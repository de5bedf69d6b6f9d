import type { LimitChanges } from "../../../../src/contracts/provider.ts";
import type { ProviderBudget } from "../../../../src/contracts/spending.ts";
import { readMoney } from "../../components/money-field.tsx";

export const LIMITS = [
  { of: "day", label: "A day (UTC), all owners together" },
  { of: "owner", label: "An owner, ever" },
  { of: "batch", label: "A batch" },
  { of: "run", label: "A run" },
] as const;

type LimitTexts = Readonly<Record<ProviderBudget["of"], string>>;

/** What is in the fields at first. */
export function limitTexts(budgets: readonly ProviderBudget[]): LimitTexts {
  const text = (of: ProviderBudget["of"]) => {
    const limit = budgets.find((budget) => budget.of === of)?.limit;
    return limit === undefined ? "" : String(limit);
  };
  return { day: text("day"), owner: text("owner"), batch: text("batch"), run: text("run") };
}

/** What was typed that differs from what holds; null where nothing does, or where something is no money. */
export function limitChanges(budgets: readonly ProviderBudget[], texts: LimitTexts): LimitChanges | null {
  const before = limitTexts(budgets);
  const typed = LIMITS.map(({ of }) => [of, readMoney(texts[of])] as const);
  if (typed.some(([, limit]) => limit === undefined)) return null;
  const changed = typed.filter(([of, limit]) => limit !== readMoney(before[of]));
  return changed.length === 0 ? null : Object.fromEntries(changed);
}
