import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";
import type { ReviewList } from "../../../src/contracts/review.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { Changes } from "./changes.ts";

/** What has to be asked for again of what waits for people: where one was asked, and where one that is listed went on. */
export function reviewKeysOf(client: QueryClient, { runs }: Changes): QueryKey[] {
  const isAsked = [...runs.values()].some((change) => change.isAsked === true);
  const lists = client.getQueriesData<InfiniteData<ReviewList>>({ queryKey: queryKeys.reviewLists });
  const isListed = lists.some(([, list]) =>
    list?.pages.some(({ reviews }) => reviews.some(({ runUUID }) => runs.has(runUUID))),
  );
  return isAsked || isListed ? [queryKeys.reviewLists, queryKeys.decisionLists] : [];
}
