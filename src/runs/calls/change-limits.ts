import type { ProviderSettings } from "../../config/provider-settings.ts";
import type { LimitChanges, ProviderLimits } from "../../contracts/provider.ts";
import { MaskloomError } from "../../errors.ts";
import { suggestion } from "../../nearest-name.ts";
import { changeLimits, limitsInForce } from "../../store/provider-limits.ts";
import type { Store } from "../../store/store.ts";
import { type Actor, audit } from "../actions/actor.ts";

/**
 * Sets limits of a provider over those of its configuration, for the next call of every worker; without any, the configured
 * ones hold again. What a lower limit held goes on within seconds.
 * @throws NOT_FOUND for a provider that is not configured here
 */
export async function changeProviderLimits(
  store: Store,
  actor: Actor,
  configured: readonly ProviderSettings[],
  name: string,
  changes: LimitChanges,
): Promise<ProviderLimits> {
  const provider = configured.find(({ id }) => id === name);
  if (provider === undefined) {
    const known = configured.map(({ id }) => id);
    throw new MaskloomError(
      "NOT_FOUND",
      `provider ${name}: expected the id of one that is configured (${known.join(", ") || "there is none"}).${suggestion(name, known)}`,
    );
  }
  const maxCost = await store.db.transaction().execute(async (db) => {
    await changeLimits(db, name, changes);
    await audit(db, actor, "provider.limits", name, {
      maxCost: Object.fromEntries(Object.entries(changes).map(([of, limit]) => [of, limit ?? null])),
    });
    return limitsInForce(db, name, provider.maxCost);
  });
  store.wakeUps.notify("installation");
  return { provider: name, maxCost };
}
