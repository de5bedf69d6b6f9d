import { providerGroups } from "../../config/provider-groups.ts";
import type { ProviderSettings } from "../../config/provider-settings.ts";
import { instanceOf } from "../../engine/resolve-providers.ts";
import { MaskloomError } from "../../errors.ts";

/**
 * Refuses a name that no provider is configured by, before anybody is asked and anything is begun.
 * @param named an id, a group or a kind, or `auto`
 * @throws PROVIDER_UNAVAILABLE with the name that was probably meant
 */
export function requireProvider(settings: readonly ProviderSettings[], named: string): void {
  const groups = providerGroups(settings).map(({ id, members }) => ({ id, kind: members[0]?.kind ?? id }));
  const all = [...settings, ...groups];
  const kinds = Object.fromEntries(all.map(({ id, kind }) => [id, kind]));
  try {
    instanceOf({ providers: ["local", ...all.map(({ id }) => id)], kinds }, named);
  } catch (error) {
    if (!(error instanceof MaskloomError)) throw error;
    throw new MaskloomError(error.code, `provider: ${error.message}`, { cause: error });
  }
}
