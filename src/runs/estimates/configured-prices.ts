import { instancesOf } from "../../config/provider-groups.ts";
import { type ProviderSettings, reservedPrice } from "../../config/provider-settings.ts";
import type { CostRange } from "../../contracts/cost-estimate.ts";

/** What calls cost by the configuration. */
export interface ConfiguredPrices {
  isPaid(provider: string): boolean;
  /** Whether it zooms into every part of a mask by itself, unless a step says otherwise: one call for all of them. */
  zoomsItself(provider: string): boolean;
  /** Of one call. Where nobody wrote a price, anything up to what is reserved for it. */
  of(provider: string, model: string | null): CostRange;
  /** The same as one number: what the dearest asks for, 0 where nothing is paid; null where nobody wrote a price or knows the provider. */
  readonly ofCall: (provider: string, model: string | null) => number | null;
}

/** A group, or a kind, stands for all of its members: whichever is called. */
export function configuredPrices(providers: readonly ProviderSettings[]): ConfiguredPrices {
  const membersOf = (name: string) => instancesOf(providers, name);
  return {
    isPaid: (provider) => membersOf(provider).some(({ paid }) => paid),
    zoomsItself: (provider) => membersOf(provider).some(({ kind }) => kind === "runware"),
    of(provider, model) {
      const ranges = membersOf(provider).map((settings) => priceAt(settings, model));
      if (ranges.length === 0) return { low: 0, high: 0 };
      return {
        low: Math.min(...ranges.map(({ low }) => low)),
        high: Math.max(...ranges.map(({ high }) => high)),
      };
    },
    ofCall(provider, model) {
      const members = membersOf(provider);
      if (members.length === 0 || !members.every((settings) => isWritten(settings, model))) return null;
      return Math.max(
        ...members.map((settings) => (settings.paid ? reservedPrice(settings, model ?? "") : 0)),
      );
    },
  };
}

const isWritten = ({ paid, prices }: ProviderSettings, model: string | null): boolean =>
  !paid || prices.has(model ?? "") || prices.has("*");

function priceAt(settings: ProviderSettings, model: string | null): CostRange {
  const high = reservedPrice(settings, model ?? "");
  return { low: isWritten(settings, model) ? high : 0, high };
}
