import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { AlikeRuns, ComparedBatches, CompareQuery } from "../../../src/contracts/compare.ts";
import { findUuid } from "./find-uuid.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

export type Comparison = Pick<CompareQuery, "left" | "right" | "sort">;

/** What a UUID names never changes; null where it names nothing. */
export const foundQuery = (uuid: string) =>
  queryOptions({
    queryKey: queryKeys.found(uuid),
    queryFn: () => findUuid(uuid),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Other runs of the same picture, or of a file of the same name. */
export const alikeRunsQuery = (runUUID: string) =>
  queryOptions({
    queryKey: queryKeys.alikeRuns(runUUID),
    queryFn: ({ signal }) => request<AlikeRuns>(`/api/runs/${runUUID}/alike`, { signal }),
  });

const FILES_PER_PAGE = 100;

/** The files of two batches by name, page by page. */
export const comparedBatchesQuery = (comparison: Comparison) =>
  infiniteQueryOptions({
    queryKey: queryKeys.comparedBatches(comparison),
    queryFn: ({ pageParam, signal }) =>
      request<ComparedBatches>("/api/batches/compare", {
        query: { ...comparison, offset: pageParam, limit: FILES_PER_PAGE },
        signal,
      }),
    initialPageParam: 0,
    getNextPageParam: (last: ComparedBatches, pages: readonly ComparedBatches[]) => {
      const loaded = pages.reduce((sum, { files }) => sum + files.length, 0);
      return last.files.length > 0 && loaded < (pages[0]?.total ?? 0) ? loaded : null;
    },
  });
