import type { BatchEstimate } from "../../contracts/batches.ts";
import { readConcurrency, readRecentRuns } from "../../store/batch-pictures.ts";
import type { Store } from "../../store/store.ts";
import type { Actor } from "../actions/actor.ts";
import type { ListedBatch, PreparedBatch } from "./prepare-batch.ts";

/** What a batch would take, going by what the workflow took lately. */
export async function estimateBatch(
  { db }: Pick<Store, "db">,
  { owner }: Pick<Actor, "owner">,
  { workflow, listed }: PreparedBatch & { readonly listed: ListedBatch },
): Promise<BatchEstimate> {
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
  };
}
