import type { BatchSummary } from "../../../../src/contracts/api.ts";
import type { RunStatus } from "../../../../src/contracts/run.ts";

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
  readonly parts: readonly { readonly status: RunStatus; readonly count: number }[];
}

const ORDER: readonly RunStatus[] = [
  "succeeded",
  "skipped",
  "partial",
  "failed",
  "cancelled",
  "review",
  "running",
  "queued",
];

export function countBatch(batch: Pick<BatchSummary, "runs" | "toCome" | "complete">): BatchCounts {
  const { runs, toCome, complete } = batch;
  const started = ORDER.reduce((sum, status) => sum + runs[status], 0);
  const counts = { ...runs, queued: runs.queued + toCome };
  return {
    total: started + toCome,
    isTotalKnown: complete || toCome > 0,
    done: started - runs.queued - runs.running - runs.review,
    failed: runs.failed + runs.partial,
    parts: ORDER.map((status) => ({ status, count: counts[status] })).filter(({ count }) => count > 0),
  };
}
