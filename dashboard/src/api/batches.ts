import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { BatchPage, BatchView } from "../../../src/contracts/api.ts";
import type { BatchPictures, BatchSettings } from "../../../src/contracts/batches.ts";
import type { ListedStatus, RunPage } from "../../../src/contracts/run-list.ts";
import { type BatchFilter, queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

/** The newest of them; `limit` at most 200. */
export const batchListQuery = (filter: BatchFilter = {}, limit = 50) =>
  queryOptions({
    queryKey: [...queryKeys.batchList(filter), limit],
    queryFn: ({ signal }) => request<BatchPage>("/api/batches", { query: { ...filter, limit }, signal }),
  });

/** All of them, newest first, page by page. */
export const batchPagesQuery = (filter: BatchFilter) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.batchList(filter), "pages"],
    queryFn: ({ pageParam, signal }) =>
      request<BatchPage>("/api/batches", { query: { ...filter, before: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: BatchPage) => page.next,
  });

export const batchQuery = (uuid: string) =>
  queryOptions({
    queryKey: queryKeys.batch(uuid),
    queryFn: ({ signal }) => request<BatchView>(`/api/batches/${uuid}`, { signal }),
  });

/** What a batch began with never changes. */
export const batchSettingsQuery = (uuid: string) =>
  queryOptions({
    queryKey: queryKeys.batchSettings(uuid),
    queryFn: ({ signal }) => request<BatchSettings>(`/api/batches/${uuid}/settings`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export interface PicturesQuery {
  readonly order: "order" | "worst";
  readonly status: ListedStatus | null;
}

/** Pictures of one request. */
export const PICTURES_PER_PAGE = 100;

/** @param page from 0 */
export const batchPicturesQuery = (uuid: string, query: PicturesQuery, page: number) =>
  queryOptions({
    queryKey: queryKeys.batchPictures(uuid, { ...query, page }),
    queryFn: ({ signal }) =>
      request<BatchPictures>(`/api/batches/${uuid}/pictures`, {
        query: { ...query, from: page * PICTURES_PER_PAGE, limit: PICTURES_PER_PAGE },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** Files of a ledger's line that are named; the list of runs has the rest. */
const NAMED_FAILURES = 50;

/** Runs of a batch that failed with this code, the newest first. */
export const batchFailuresQuery = (uuid: string, code: string) =>
  queryOptions({
    queryKey: queryKeys.batchFailures(uuid, code),
    queryFn: ({ signal }) =>
      request<RunPage>("/api/runs", {
        query: { batch: uuid, error: code, status: "failed", limit: NAMED_FAILURES },
        signal,
      }),
  });
