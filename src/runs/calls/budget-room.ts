import { type ProviderSettings, reservedPrice } from "../../config/provider-settings.ts";
import { type Budget, exceeded, readBudgets } from "../../store/ledger.ts";
import type { Store } from "../../store/store.ts";

/** Limits over all providers together. */
const OVER_ALL: ReadonlySet<Budget["of"]> = new Set(["all", "ownerDay"]);

/** Whose task it is. */
interface Spender {
  readonly ownerUUID: string;
  readonly batchUUID: string;
  readonly runUUID: string;
  readonly model: string | null;
}

/**
 * Room for one call of a task, at any of the instances that its provider stands for.
 * @param promised what others that were let go will reserve, by limit
 * @returns what counts this one among them; null where there is no room
 */
export async function findRoom(
  { db }: Pick<Store, "db">,
  { ownerUUID: owner, batchUUID: batch, runUUID: run, model }: Spender,
  instances: readonly ProviderSettings[],
  promised: Map<string, number>,
): Promise<(() => void) | null> {
  for (const provider of instances) {
    const price = reservedPrice(provider, model ?? "");
    const scope = { owner, batch, run, provider: provider.id };
    const names = { owner, batch, run, all: batch, day: "", ownerDay: owner };
    const nameOf = ({ of }: Budget) =>
      OVER_ALL.has(of) ? `${of} ${names[of]}` : `${provider.id} ${of} ${names[of]}`;
    const budgets = (await readBudgets(db, scope, provider.maxCost)).map((budget) => ({
      ...budget,
      used: budget.used + (promised.get(nameOf(budget)) ?? 0),
    }));
    if (exceeded(budgets, price) !== null) continue;
    return () => {
      for (const budget of budgets) promised.set(nameOf(budget), (promised.get(nameOf(budget)) ?? 0) + price);
    };
  }
  return null;
}
