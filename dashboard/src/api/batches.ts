import { queryOptions } from "@tanstack/react-query";
import type { BatchPage, BatchView } from "../../../src/contracts/api.ts";
import { type BatchFilter, queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

/** The newest of them; `limit` at most 200. */
export const batchListQuery = (filter: BatchFilter = {}, limit = 50) =>
  queryOptions({
    queryKey: [...queryKeys.batchList(filter), limit],
    queryFn: ({ signal }) => request<BatchPage>("/api/batches", { query: { ...filter, limit }, signal }),
  });

export const batchQuery = (uuid: string) =>
  queryOptions({
    queryKey: queryKeys.batch(uuid),
    queryFn: ({ signal }) => request<BatchView>(`/api/batches/${uuid}`, { signal }),
  });
