import type { CostEstimate } from "../../contracts/cost-estimate.ts";
import { waysForInputs } from "../../engine/chosen-way.ts";
import type { Actor } from "../actions/actor.ts";
import { chooseTheirProviders, type ListedBatch, type PreparedBatch } from "../batches/prepare-batch.ts";
import type { Services } from "../services.ts";
import { configuredPrices } from "./configured-prices.ts";
import { estimateCosts } from "./estimate-costs.ts";
import type { FindSample } from "./find-counts.ts";
import { pastCostsOf } from "./past-costs.ts";

/**
 * What so many pictures of a batch will cost. Where no picture chooses a provider of its own, what is given for all of them
 * does.
 * @param finds how many things masking steps found in pictures that were looked at
 */
export function estimateListed(
  { store, config }: Pick<Services, "store" | "config">,
  { owner }: Pick<Actor, "owner">,
  { workflow, resolved, inputs, listed }: PreparedBatch & { readonly listed: ListedBatch },
  pictures: number,
  finds: ReadonlyMap<string, FindSample>,
): Promise<CostEstimate | null> {
  const isAlike = !chooseTheirProviders(resolved, listed.items);
  return estimateCosts({
    workflow,
    resolved: isAlike ? waysForInputs(resolved, inputs) : resolved,
    pictures,
    finds,
    prices: configuredPrices(config.providers),
    past: pastCostsOf(store, owner, workflow.name),
  });
}
