import { queryOptions } from "@tanstack/react-query";
import type { BatchEstimate, DryRunLine } from "../../../src/contracts/batches.ts";
import type { BatchWish } from "./batch-actions.ts";
import { queryKeys } from "./query-keys.ts";
import { request, requestLines } from "./request.ts";

/* What is asked of a batch before it begins. */

/** How many pictures it would have, and about how long it would take. */
export const estimateQuery = (wish: BatchWish) =>
  queryOptions({
    queryKey: queryKeys.batchEstimate(wish),
    queryFn: ({ signal }) =>
      request<BatchEstimate>("/api/batches/estimate", { method: "POST", body: wish, signal }),
    retry: false,
  });

/** What would be found in its pictures, one after the other. It ends with the signal. */
export function dryRunBatch(wish: BatchWish, signal: AbortSignal): AsyncGenerator<DryRunLine> {
  return requestLines("/api/batches/dry-run", { method: "POST", body: wish, signal });
}
