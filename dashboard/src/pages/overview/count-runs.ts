import type { BatchSummary } from "../../../../src/contracts/api.ts";

export interface RunCounts {
  readonly total: number;
  /** Ended, however. */
  readonly done: number;
  /** Of those, the ones that failed, wholly or in part. */
  readonly failed: number;
}

export function countRuns({ runs }: Pick<BatchSummary, "runs">): RunCounts {
  const total = Object.values(runs).reduce((sum, count) => sum + count, 0);
  return {
    total,
    done: total - runs.queued - runs.running - runs.review,
    failed: runs.failed + runs.partial,
  };
}
