import type { ListedStatus } from "../../../../src/contracts/run-list.ts";

/** What of a batch's page is in its address. */
export interface BatchSearch {
  readonly order?: "worst";
  readonly status?: ListedStatus;
  /** Code of the failures whose files are shown. */
  readonly reason?: string;
}

export const PICTURE_STATUSES: readonly ListedStatus[] = [
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

export function readBatchSearch(search: Record<string, unknown>): BatchSearch {
  const status = PICTURE_STATUSES.find((known) => known === search["status"]);
  const { reason } = search;
  return {
    ...(search["order"] === "worst" ? { order: "worst" as const } : {}),
    ...(status === undefined ? {} : { status }),
    ...(typeof reason === "string" && /^[A-Z_]{1,40}$/.test(reason) ? { reason } : {}),
  };
}
