import type { ProviderSettings } from "../../config/provider-settings.ts";
import type { OwnerUUID } from "../../contracts/ids.ts";
import type { ProviderBudget } from "../../contracts/spending.ts";
import { limitsInForce } from "../../store/provider-limits.ts";
import { readUsed } from "../../store/spending.ts";
import type { Store } from "../../store/store.ts";

const OF = ["day", "owner", "batch", "run"] as const;

/** A provider's limits, with what stands against those that are of the asking owner, or of all for who may see it. */
export async function budgetsOf(
  { db }: Pick<Store, "db">,
  owner: OwnerUUID,
  { id: provider, maxCost: configured }: Pick<ProviderSettings, "id" | "maxCost">,
  seesAll: boolean,
): Promise<ProviderBudget[]> {
  const maxCost = await limitsInForce(db, provider, configured);
  const limited = OF.filter((of) => maxCost[of] !== undefined);
  if (limited.length === 0) return [];
  const known = await readUsed(db, owner, provider);
  const used = { day: seesAll ? known.day : null, owner: known.owner, batch: null, run: null };
  return limited.map((of) => ({ provider, of, limit: maxCost[of] ?? 0, used: used[of] }));
}
