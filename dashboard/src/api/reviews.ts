import { infiniteQueryOptions } from "@tanstack/react-query";
import type {
  DecidedReviews,
  DecideReview,
  DecisionList,
  DecisionQuery,
  ReviewList,
  ReviewQuery,
} from "../../../src/contracts/review.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

export type ReviewFilter = Pick<ReviewQuery, "batch" | "workflow" | "step" | "sort">;
type DecisionFilter = Pick<DecisionQuery, "batch" | "workflow" | "run">;

/** What one request asks for. */
const REVIEWS_PER_PAGE = 100;
const DECISIONS_PER_PAGE = 100;

/** What waits for a person, page by page. What is decided meanwhile moves the rest up: pages may overlap. */
export const reviewListQuery = (filter: ReviewFilter) =>
  infiniteQueryOptions({
    queryKey: queryKeys.reviewList(filter),
    queryFn: ({ pageParam, signal }) =>
      request<ReviewList>("/api/reviews", {
        query: { ...filter, offset: pageParam, limit: REVIEWS_PER_PAGE },
        signal,
      }),
    initialPageParam: 0,
    getNextPageParam: (_last: ReviewList, pages: readonly ReviewList[]) =>
      nextOffset(
        pages.map(({ reviews }) => reviews.length),
        pages[0]?.total,
      ),
  });

/** What was decided, the newest first. */
export const decisionListQuery = (filter: DecisionFilter) =>
  infiniteQueryOptions({
    queryKey: queryKeys.decisionList(filter),
    queryFn: ({ pageParam, signal }) =>
      request<DecisionList>("/api/reviews/decisions", {
        query: { ...filter, offset: pageParam, limit: DECISIONS_PER_PAGE },
        signal,
      }),
    initialPageParam: 0,
    getNextPageParam: (_last: DecisionList, pages: readonly DecisionList[]) =>
      nextOffset(
        pages.map(({ decisions }) => decisions.length),
        pages[0]?.total,
      ),
  });

/**
 * What somebody decided; said again for the same round it changes nothing.
 * @returns in their order why each was refused, null where it was taken; those that took too long are left out at the end
 */
export async function decideReviews(
  decisions: readonly (DecideReview & { readonly taskUUID: string })[],
  isLast = false,
): Promise<readonly (Error | null)[]> {
  const { results } = await request<DecidedReviews>("/api/reviews/decisions", {
    method: "POST",
    body: { decisions },
    isLast,
  });
  return results.map(({ error }) => (error === null ? null : new Error(error.message)));
}

function nextOffset(lengths: readonly number[], total = 0): number | null {
  const loaded = lengths.reduce((sum, length) => sum + length, 0);
  return loaded < total && lengths.at(-1) !== 0 ? loaded : null;
}
