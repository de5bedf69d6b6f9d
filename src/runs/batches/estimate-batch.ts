import type { BatchEstimate } from "../../contracts/batches.ts";
import { readConcurrency, readRecentRuns } from "../../store/batch-pictures.ts";
import type { Actor } from "../actions/actor.ts";
import { batchSeconds, narrowestQueue } from "../estimates/batch-seconds.ts";
import { estimateListed } from "../estimates/estimate-listed.ts";
import type { Services } from "../services.ts";
import type { ListedBatch, PreparedBatch } from "./prepare-batch.ts";

/** What a batch would take, going by what the workflow took lately. */
export async function estimateBatch(
  services: Pick<Services, "store" | "config">,
  actor: Pick<Actor, "owner">,
  prepared: PreparedBatch & { readonly listed: ListedBatch },
): Promise<BatchEstimate> {
  const { db } = services.store;
  const { workflow, listed, resolved } = prepared;
  const recent = await readRecentRuns(db, actor.owner, workflow.name);
  const concurrency = await readConcurrency(db);
  const pictures = listed.items.length;
  return {
    pictures,
    of: listed.of,
    ignored: listed.ignored,
    unmatched: listed.unmatched.map(({ line, file, url = "" }) => ({ line, file: file === "" ? url : file })),
    recent:
      recent === null
        ? null
        : { runs: recent.runs, secondsPerPicture: recent.seconds, costPerPicture: recent.cost },
    concurrency: narrowestQueue(resolved, concurrency),
    seconds: recent === null ? null : batchSeconds(pictures, recent.secondsOf, concurrency),
    cost: recent === null || recent.cost === null ? null : pictures * recent.cost,
    paid: await estimateListed(services, actor, prepared, pictures, new Map()),
  };
}
