import type { CostRange } from "../../contracts/cost-estimate.ts";
import { instancesOf } from "../../provider-groups.ts";
import { type ProviderSettings, reservedPrice } from "../../provider-settings.ts";

/** What calls cost by the configuration. */
export interface ConfiguredPrices {
  isPaid(provider: string): boolean;
  /** Of one call. Where nobody wrote a price, anything up to what is reserved for it. */
  of(provider: string, model: string | null): CostRange;
}

/** A group, or a kind, stands for all of its members: whichever is called. */
export function configuredPrices(providers: readonly ProviderSettings[]): ConfiguredPrices {
  const membersOf = (name: string) => instancesOf(providers, name);
  return {
    isPaid: (provider) => membersOf(provider).some(({ paid }) => paid),
    of(provider, model) {
      const ranges = membersOf(provider).map((settings) => priceAt(settings, model));
      if (ranges.length === 0) return { low: 0, high: 0 };
      return {
        low: Math.min(...ranges.map(({ low }) => low)),
        high: Math.max(...ranges.map(({ high }) => high)),
      };
    },
  };
}

function priceAt(settings: ProviderSettings, model: string | null): CostRange {
  const high = reservedPrice(settings, model ?? "");
  const { prices } = settings;
  const isWritten = !settings.paid || prices.has(model ?? "") || prices.has("*");
  return { low: isWritten ? high : 0, high };
}
