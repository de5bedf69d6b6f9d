import { Eye, SearchX } from "lucide-react";
import { useRef, useState } from "react";
import type { ReviewView } from "../../../../src/contracts/review.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { showToast } from "../../components/toast-store.ts";
import { useShortcuts } from "../../shell/shortcuts.ts";
import type { Mark } from "./decide/marks.ts";
import { decisionQueue } from "./decide/use-decisions.ts";
import type { ReviewSearch } from "./review-search.ts";
import type { Reviews } from "./use-reviews.ts";
import styles from "./waiting-panel.module.css";
import { BulkBar } from "./wall/bulk-bar.tsx";
import { ReviewWall } from "./wall/review-wall.tsx";
import { useTileFocus } from "./wall/use-tile-focus.ts";

interface WaitingPanelProps {
  readonly search: ReviewSearch;
  readonly reviews: Reviews;
}

const PLACES = Array.from({ length: 12 }, (_, place) => place);
const NONE: ReadonlySet<string> = new Set();

export function WaitingPanel({ search, reviews }: WaitingPanelProps) {
  const { all, total, error, isPending, loadMore } = reviews;
  const [chosen, setChosen] = useState(NONE);
  const [isChoosingAll, setChoosingAll] = useState(false);
  const lastChosen = useRef(0);
  const chosenReviews = all.filter(({ taskUUID }) => chosen.has(taskUUID));
  const decide = (reviewed: readonly ReviewView[], mark: Mark) => {
    const allowed = reviewed.filter(({ allow }) => allow.includes(mark));
    decisionQueue.add(allowed.map((review) => ({ review, body: { decision: mark, round: review.round } })));
    setChosen(NONE);
  };
  const choose = (at: number, isRange: boolean) => {
    const [from, to] = isRange
      ? [Math.min(at, lastChosen.current), Math.max(at, lastChosen.current)]
      : [at, at];
    lastChosen.current = at;
    const isAdded = !chosen.has(all[at]?.taskUUID ?? "");
    const next = new Set(chosen);
    for (const { taskUUID } of all.slice(from, to + 1)) {
      if (isAdded) next.add(taskUUID);
      else next.delete(taskUUID);
    }
    setChosen(next);
  };
  const chooseAll = () => {
    setChoosingAll(true);
    reviews
      .loadAll()
      .then(
        (every) => setChosen(new Set(every.map(({ taskUUID }) => taskUUID))),
        (reason: Error) => showToast({ tone: "bad", text: `Not all could be chosen: ${reason.message}` }),
      )
      .finally(() => setChoosingAll(false));
  };
  useTileDecisions(all, decide, choose);
  useTileFocus(all);
  if (isPending) {
    return (
      <div className={styles["skeleton"]} role="status">
        <span className="visually-hidden">Loading what waits</span>
        {PLACES.map((place) => (
          <Skeleton key={place} width="100%" height="13.5rem" />
        ))}
      </div>
    );
  }
  if (error !== null && all.length === 0) {
    return <ErrorState error={error} title="What waits could not be loaded" onRetry={reviews.retry} />;
  }
  if (all.length === 0) return <NothingWaits search={search} />;
  return (
    <div className={styles["panel"]}>
      {chosenReviews.length > 0 && (
        <BulkBar
          chosen={chosenReviews}
          others={Math.max(0, total - chosenReviews.length)}
          isLoading={isChoosingAll}
          onAll={chooseAll}
          onClear={() => setChosen(NONE)}
          onDecide={(mark) => decide(chosenReviews, mark)}
        />
      )}
      <ReviewWall reviews={all} search={search} chosen={chosen} onChoose={choose} onEnd={loadMore} />
    </div>
  );
}

const MARKS: Readonly<Record<string, Mark>> = { a: "accept", r: "reroll", k: "keepOriginal" };

/** Keys on the tile that has the focus; what is chosen is decided about by its buttons. */
function useTileDecisions(
  all: readonly ReviewView[],
  decide: (reviews: readonly ReviewView[], mark: Mark) => void,
  choose: (at: number, isRange: boolean) => void,
): void {
  const onTile = (act: (review: ReviewView, at: number) => void) => () => {
    const tile = document.activeElement?.closest<HTMLElement>("[data-tile]");
    const at = Number(tile?.dataset["tile"]);
    const review = all[at];
    if (tile === null || tile === undefined || review === undefined) return;
    act(review, at);
  };
  useShortcuts([
    ...Object.entries(MARKS).map(([key, mark]) => ({ key, run: onTile((review) => decide([review], mark)) })),
    { key: "x", run: onTile((_review, at) => choose(at, false)) },
  ]);
}

function NothingWaits({ search: { workflow, batch, step } }: { readonly search: ReviewSearch }) {
  if (workflow !== undefined || batch !== undefined || step !== undefined) {
    return (
      <EmptyState icon={SearchX} title="Nothing of that waits">
        <p>Choose another workflow or step, or look at all that waits.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={Eye} title="Nothing waits for you">
      <p>
        Pictures come here by themselves when a workflow asks: <code>task: review</code> with{" "}
        <code>{'show: "${steps.detail.image}"'}</code> in its file waits for somebody, and goes on with what
        is decided.
      </p>
    </EmptyState>
  );
}
