import type { BatchEstimate } from "../../contracts/batches.ts";
import { readConcurrency, readRecentRuns } from "../../store/batch-pictures.ts";
import type { Actor } from "../actions/actor.ts";
import { configuredPrices } from "../estimates/configured-prices.ts";
import { estimateCosts } from "../estimates/estimate-costs.ts";
import { pastCostsOf } from "../estimates/past-costs.ts";
import type { Services } from "../services.ts";
import type { ListedBatch, PreparedBatch } from "./prepare-batch.ts";

/** What a batch would take, going by what the workflow took lately. */
export async function estimateBatch(
  { store, config }: Pick<Services, "store" | "config">,
  { owner }: Pick<Actor, "owner">,
  { workflow, resolved, listed }: PreparedBatch & { readonly listed: ListedBatch },
): Promise<BatchEstimate> {
  const { db } = store;
  const recent = await readRecentRuns(db, owner, workflow.name);
  const concurrency = await readConcurrency(db);
  const pictures = listed.items.length;
  return {
    pictures,
    of: listed.of,
    ignored: listed.ignored,
    unmatched: listed.unmatched.map(({ line, file }) => ({ line, file })),
    recent:
      recent === null
        ? null
        : { runs: recent.runs, secondsPerPicture: recent.seconds, costPerPicture: recent.cost },
    concurrency,
    seconds: recent === null ? null : (pictures * recent.seconds) / Math.max(1, concurrency),
    cost: recent === null || recent.cost === null ? null : pictures * recent.cost,
    paid: await estimateCosts({
      workflow,
      resolved,
      pictures,
      finds: new Map(),
      prices: configuredPrices(config.providers),
      past: pastCostsOf(store, owner, workflow.name),
    }),
  };
}
