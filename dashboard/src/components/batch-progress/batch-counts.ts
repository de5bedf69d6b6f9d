import type { BatchSummary } from "../../../../src/contracts/api.ts";
import { listedRuns } from "../../../../src/contracts/listed-runs.ts";
import type { ParkedStatus } from "../../../../src/contracts/run.ts";
import type { ListedStatus } from "../../../../src/contracts/run-list.ts";

export interface BatchCounts {
  /** Pictures that are known, those without a run included. */
  readonly total: number;
  /** Whether more may come. */
  readonly isTotalKnown: boolean;
  /** Ended, however. */
  readonly done: number;
  /** Of those, the ones that failed, wholly or in part. */
  readonly failed: number;
  /** Those that there are, in the order in which people care. */
  readonly parts: readonly { readonly status: ListedStatus; readonly count: number }[];
}

const ORDER: readonly ListedStatus[] = [
  "succeeded",
  "skipped",
  "partial",
  "failed",
  "cancelled",
  "review",
  "held",
  "uncertain",
  "running",
  "queued",
];

export function countBatch(
  batch: Pick<BatchSummary, "runs" | "parked" | "toCome" | "complete">,
): BatchCounts {
  const { runs, toCome, complete } = batch;
  const started = Object.values(runs).reduce((sum, count) => sum + count, 0);
  const counts = { ...listedRuns(batch), queued: runs.queued + toCome };
  return {
    total: started + toCome,
    isTotalKnown: complete || toCome > 0,
    done: started - runs.queued - runs.running - runs.review,
    failed: runs.failed + runs.partial,
    parts: ORDER.map((status) => ({ status, count: counts[status] })).filter(({ count }) => count > 0),
  };
}

type Standing = Pick<BatchSummary, "status" | "runs" | "parked" | "toCome" | "complete">;

/** How a batch stands for whoever looks: one in which every run that is left waits for the same is not running. */
export function shownBatchStatus(batch: Standing): BatchSummary["status"] | ParkedStatus {
  const { status, parked, toCome, complete } = batch;
  const { queued, running, review } = listedRuns(batch);
  const goesOn = !complete || toCome + queued + running + review > 0;
  if (status !== "running" || goesOn || parked.held + parked.uncertain === 0) return status;
  return parked.held > 0 ? "held" : "uncertain";
}
