import type { BatchSummary } from "../../../../src/contracts/api.ts";

/** What of the page of batches is in its address. */
export interface BatchesSearch {
  readonly status?: BatchSummary["status"];
  readonly workflow?: string;
}

/** In the order in which they are offered. */
export const BATCH_STATUSES: readonly BatchSummary["status"][] = ["running", "paused", "ended", "cancelled"];

/** What an address says, without what it should not. */
export function readBatchesSearch(search: Record<string, unknown>): BatchesSearch {
  const status = BATCH_STATUSES.find((known) => known === search["status"]);
  const { workflow } = search;
  return {
    ...(status === undefined ? {} : { status }),
    ...(typeof workflow === "string" && workflow !== "" ? { workflow } : {}),
  };
}
