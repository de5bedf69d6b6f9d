import type { BatchSummary } from "./api.ts";
import type { ListedStatus } from "./run-list.ts";

/** How many of a batch's runs are listed as what: those that wait for money or for a look at a bill do not run. */
export function listedRuns({
  runs,
  parked,
}: Pick<BatchSummary, "runs" | "parked">): Readonly<Record<ListedStatus, number>> {
  return { ...runs, ...parked, running: runs.running - parked.held - parked.uncertain };
}
