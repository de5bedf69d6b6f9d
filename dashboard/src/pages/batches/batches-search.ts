import type { BatchStanding } from "../../../../src/contracts/api.ts";

/** What of the page of batches is in its address. */
export interface BatchesSearch {
  readonly status?: BatchStanding;
  readonly workflow?: string;
}

/** In the order in which they are offered, what a batch may have besides how it stands at the end. */
export const BATCH_STATUSES: readonly BatchStanding[] = [
  "running",
  "paused",
  "ended",
  "cancelled",
  "held",
  "uncertain",
  "review",
];

/** What an address says, without what it should not. */
export function readBatchesSearch(search: Record<string, unknown>): BatchesSearch {
  const status = BATCH_STATUSES.find((known) => known === search["status"]);
  const { workflow } = search;
  return {
    ...(status === undefined ? {} : { status }),
    ...(typeof workflow === "string" && workflow !== "" ? { workflow } : {}),
  };
}
