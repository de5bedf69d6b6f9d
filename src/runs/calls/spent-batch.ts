import { instancesOf } from "../../config/provider-groups.ts";
import { type ProviderSettings, reservedPrice } from "../../config/provider-settings.ts";
import type { BatchUUID } from "../../contracts/ids.ts";
import { findHeldInBatch, goesOn } from "../../store/held-in-batch.ts";
import { exceeded, readBudgets } from "../../store/ledger.ts";
import type { Store } from "../../store/store.ts";

/** How a batch stands to its own limit (`maxCost`), whatever other limits say. */
export interface BatchMoney {
  /** Tasks wait for money, and the limit has no room for a call of any of them. */
  readonly isSpent: boolean;
  /** Besides nothing goes on that could still make room: a call may cost less than was reserved for it. */
  readonly isOver: boolean;
}

export async function readBatchMoney(
  { db }: Pick<Store, "db">,
  settings: readonly ProviderSettings[],
  batchUUID: BatchUUID,
): Promise<BatchMoney> {
  const held = await findHeldInBatch(db, batchUUID);
  if (held.length === 0) return { isSpent: false, isOver: false };
  /* Before the limit is looked at: what ends in between has made its room by then. */
  const isOver = !(await goesOn(db, batchUUID));
  for (const { provider, model, ownerUUID: owner, runUUID: run } of held) {
    const instances = instancesOf(settings, provider);
    if (instances.length === 0) return { isSpent: false, isOver: false }; // it is held for another reason
    for (const instance of instances) {
      const scope = { owner, batch: batchUUID, run, provider: instance.id };
      const own = (await readBudgets(db, scope, {})).filter(({ of }) => of === "all");
      if (exceeded(own, reservedPrice(instance, model)) === null) return { isSpent: false, isOver: false };
    }
  }
  return { isSpent: true, isOver };
}
