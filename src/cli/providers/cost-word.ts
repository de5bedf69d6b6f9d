import type { ProviderSettings } from "../../config/provider-settings.ts";

/** What a call costs, and who may cause it where that is not what one expects: `/v1` spends no money unless it is let. */
export function costWord({ paid, api, prices }: Pick<ProviderSettings, "paid" | "api" | "prices">): string {
  if (!paid) return api ? "free" : "free; closed to /v1";
  const priced = [...prices].map(([model, price]) => `${model === "*" ? "any" : model} $${price}`);
  const price = priced.join(", ") || "paid, not configured";
  return api ? `${price}; open to /v1` : price;
}
