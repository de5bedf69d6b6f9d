import { useNavigate } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useEffect } from "react";
import type { DecideReview, ReviewView } from "../../../../../src/contracts/review.ts";
import { Button } from "../../../components/button.tsx";
import { EmptyState } from "../../../components/empty-state.tsx";
import { ErrorState } from "../../../components/error-state.tsx";
import { Page } from "../../../components/page.tsx";
import { Skeleton } from "../../../components/skeleton.tsx";
import { decisionQueue } from "../decide/use-decisions.ts";
import { type ReviewSearch, showingOf } from "../review-search.ts";
import type { Reviews } from "../use-reviews.ts";
import { ReviewFocus } from "./review-focus.tsx";
import { usePrefetch } from "./use-prefetch.ts";

interface FocusPanelProps {
  readonly search: ReviewSearch;
  /** UUID of the review. */
  readonly at: string;
  readonly reviews: Reviews;
  readonly onShow: (search: ReviewSearch) => void;
}

/** More are asked for before one comes to the end of those that are loaded. */
const AHEAD = 20;
const PREFETCHED = 3;

/** One of those that wait, and the way to the others. */
export function FocusPanel({ search, at, reviews, onShow }: FocusPanelProps) {
  const navigate = useNavigate();
  const { all, total, isPending, hasMore, loadMore, error, retry } = reviews;
  const place = all.findIndex(({ taskUUID }) => taskUUID === at);
  const review = all[place];
  const isSearched = review === undefined && (isPending || hasMore);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again whenever more came
  useEffect(() => {
    if (hasMore && (place < 0 || place > all.length - AHEAD)) loadMore();
  }, [place, all.length, hasMore]);
  usePrefetch(all.slice(Math.max(0, place + 1), Math.max(0, place + 1) + PREFETCHED));
  const close = () => {
    const { at: _left, ...wall } = search;
    void navigate({ to: "/review", search: wall });
  };
  const open = (next: ReviewView | undefined) => {
    if (next === undefined) close();
    else onShow({ ...search, at: next.taskUUID });
  };
  const decide = (decided: ReviewView, body: DecideReview) => {
    const next = all[place + 1] ?? all[place - 1];
    decisionQueue.add([{ review: decided, body }]);
    /* A mask is too large to be sent while the page is being left. */
    if (body.decision === "editMask") decisionQueue.flush();
    open(next);
  };
  return (
    <Page title={review?.file.split("/").at(-1) ?? "Review"} crumbs={[{ title: "Review", to: "/review" }]}>
      {review !== undefined && (
        <ReviewFocus
          key={showingOf(review)}
          review={review}
          at={place}
          total={total}
          onDecide={(body) => decide(review, body)}
          onMove={(steps) => {
            const next = all[place + steps];
            if (next !== undefined) open(next);
          }}
          onClose={close}
        />
      )}
      {isSearched && (
        <div role="status">
          <span className="visually-hidden">Loading the picture</span>
          <Skeleton width="100%" height="60dvh" />
        </div>
      )}
      {review === undefined && !isSearched && error !== null && (
        <ErrorState error={error} title="It could not be loaded" onRetry={retry} />
      )}
      {review === undefined && !isSearched && error === null && (
        <EmptyState
          icon={CircleCheck}
          title="This one waits no longer"
          actions={
            <Button look="primary" onClick={() => open(all[0])}>
              {all.length === 0 ? "Back to the wall" : `Look at the next of ${total.toLocaleString("en")}`}
            </Button>
          }
        >
          <p>It was decided, is being made again, or its run was cancelled.</p>
        </EmptyState>
      )}
    </Page>
  );
}
