import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ReviewView } from "../../../../src/contracts/review.ts";
import { reviewListQuery } from "../../api/reviews.ts";
import { useRole } from "../../api/use-role.ts";
import { useDecisions } from "./decide/use-decisions.ts";
import { type ReviewSearch, showingOf } from "./review-search.ts";

export interface Reviews {
  /** Those that are loaded and nobody on this page has decided about. */
  readonly all: readonly ReviewView[];
  /** How many wait, as far as is known. */
  readonly total: number;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly isLoadingMore: boolean;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  /** Everything there is; at its end all of it. */
  readonly loadAll: () => Promise<readonly ReviewView[]>;
  readonly retry: () => void;
}

/** What waits for a person, without what has just been decided: that is shown again where the server refuses it. */
export function useReviews({ workflow, batch, step, sort }: ReviewSearch): Reviews {
  const { hidden } = useDecisions();
  const filter = {
    ...(workflow === undefined ? {} : { workflow }),
    ...(batch === undefined ? {} : { batch }),
    ...(step === undefined ? {} : { step }),
    ...(sort === undefined ? {} : { sort }),
  };
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useInfiniteQuery(reviewListQuery(filter));
  const loaded = useMemo(() => withoutDoubles(data?.pages.flatMap(({ reviews }) => reviews) ?? []), [data]);
  const mayDecide = useRole("operator");
  const all = useMemo(() => {
    const open = loaded.filter((review) => !hidden.has(showingOf(review)));
    return mayDecide ? open : open.map((review) => ({ ...review, allow: [] }));
  }, [loaded, hidden, mayDecide]);
  const total = (data?.pages[0]?.total ?? 0) - (loaded.length - all.length);
  return {
    all,
    total: Math.max(all.length, total),
    error,
    isPending,
    isLoadingMore: isFetchingNextPage,
    hasMore: hasNextPage,
    loadMore() {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    async loadAll() {
      let answer = await fetchNextPage();
      while (answer.hasNextPage) answer = await fetchNextPage();
      if (answer.error !== null) throw answer.error;
      const reviews = withoutDoubles(answer.data?.pages.flatMap((page) => page.reviews) ?? []);
      return reviews.filter((review) => !hidden.has(showingOf(review)));
    },
    retry: () => void refetch(),
  };
}

/** Pages overlap where the list moved while it was read. */
function withoutDoubles(reviews: readonly ReviewView[]): readonly ReviewView[] {
  return [...new Map(reviews.map((review) => [showingOf(review), review])).values()];
}
