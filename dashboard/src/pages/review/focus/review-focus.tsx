import { Link } from "@tanstack/react-router";
import { ArrowLeft, ArrowRight, SquareSplitHorizontal } from "lucide-react";
import { useState } from "react";
import type { DecideReview, Decision, ReviewView } from "../../../../../src/contracts/review.ts";
import { Button } from "../../../components/button.tsx";
import { Fact } from "../../../components/fact.tsx";
import { IconButton } from "../../../components/icon-button.tsx";
import { isMissing, sayMissing } from "../../../components/picture/picture-state.ts";
import { usePicture } from "../../../components/picture/use-picture.ts";
import { useShortcuts } from "../../../shell/shortcuts.ts";
import { MaskEditor } from "../mask/mask-editor.tsx";
import { hasOwnRegions } from "../regions.ts";
import { TimeLeft } from "../time-left.tsx";
import { Candidates } from "./candidates.tsx";
import { DecideBar } from "./decide-bar.tsx";
import { FocusKeys } from "./focus-keys.tsx";
import { RegionList } from "./region-list.tsx";
import styles from "./review-focus.module.css";
import { ReviewStage } from "./review-stage.tsx";
import { useHeldKey } from "./use-held-key.ts";
import { useReviewing } from "./use-reviewing.ts";

interface ReviewFocusProps {
  readonly review: ReviewView;
  /** Its place among those that wait, from 0; -1 where it is not among those that are loaded. */
  readonly at: number;
  readonly total: number;
  readonly onDecide: (body: DecideReview) => void;
  /** @param steps 1 = the next one, -1 = the one before */
  readonly onMove: (steps: number) => void;
  readonly onClose: () => void;
}

const PICKS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** One picture, large, to be decided about with single keys. Made anew for each showing. */
export function ReviewFocus({ review, at, total, onDecide, onMove, onClose }: ReviewFocusProps) {
  const { region, setRegion, marks, picked, pick, shown, decide } = useReviewing(review, onDecide);
  const [draws, setDraws] = useState(false);
  const holdsKey = useHeldKey("b");
  const [holdsButton, setHoldsButton] = useState(false);
  const showsBefore = (holdsKey || holdsButton) && !draws;
  const original = usePicture(review.original);
  const whyNoBefore = isMissing(original) ? sayMissing(original, "Before") : undefined;
  const choose = (decision: Decision, isWhole = false) => {
    if (!review.allow.includes(decision)) return;
    if (decision === "editMask") setDraws(whyNoBefore === undefined);
    else decide(decision, isWhole);
  };
  const byRegion = (steps: number) => {
    const last = review.regions.length;
    const next = (region ?? (steps > 0 ? 0 : last + 1)) + steps;
    setRegion(next < 1 || next > last ? null : next);
  };
  useShortcuts(
    draws
      ? [{ key: "Escape", run: () => setDraws(false) }]
      : [
          { key: "a", run: () => choose("accept") },
          { key: "r", run: () => choose("reroll") },
          { key: "k", run: () => choose("keepOriginal") },
          { key: "A", run: () => choose("accept", true) },
          { key: "R", run: () => choose("reroll", true) },
          { key: "K", run: () => choose("keepOriginal", true) },
          { key: "m", run: () => choose("editMask") },
          { key: "ArrowRight", run: () => onMove(1) },
          { key: " ", run: () => onMove(1) },
          { key: "ArrowLeft", run: () => onMove(-1) },
          { key: "ArrowDown", run: () => byRegion(1) },
          { key: "ArrowUp", run: () => byRegion(-1) },
          ...PICKS.map((place) => ({ key: String(place), run: () => pick(place - 1) })),
          { key: "Escape", run: onClose },
        ],
  );
  const isByRegion = hasOwnRegions(review);
  return (
    <div className={styles["focus"]} data-showing={`${review.taskUUID} ${review.round}`}>
      <div className={styles["picture"]}>
        {draws ? (
          <MaskEditor
            review={review}
            region={isByRegion ? region : null}
            onCancel={() => setDraws(false)}
            onDone={onDecide}
          />
        ) : (
          <>
            <ReviewStage review={review} shown={shown} showsBefore={showsBefore} region={region} />
            <Candidates review={review} region={region} picked={picked} onPick={pick} />
          </>
        )}
      </div>
      <aside className={styles["side"]}>
        <div className={styles["where"]}>
          <IconButton icon={ArrowLeft} label="The one before (←)" onClick={() => onMove(-1)} />
          <span>{at < 0 ? total : `${(at + 1).toLocaleString("en")} of ${total.toLocaleString("en")}`}</span>
          <IconButton icon={ArrowRight} label="The next one (→)" onClick={() => onMove(1)} />
          <span className={styles["spring"]} />
          <Button
            icon={SquareSplitHorizontal}
            onPointerDown={() => setHoldsButton(true)}
            onPointerUp={() => setHoldsButton(false)}
            onPointerLeave={() => setHoldsButton(false)}
            onPointerCancel={() => setHoldsButton(false)}
            onContextMenu={(event) => event.preventDefault()}
            aria-pressed={showsBefore}
            disabled={whyNoBefore !== undefined}
            title={whyNoBefore ?? "Hold it, or the key b, to see the picture before"}
          >
            Before
          </Button>
        </div>
        {!draws && (
          <DecideBar
            review={review}
            isOfRegion={isByRegion && region !== null}
            whyNoMask={whyNoBefore}
            onDecide={choose}
          />
        )}
        {review.regions.length > 0 && (
          <RegionList review={review} shown={shown} chosen={region} marks={marks} onChoose={setRegion} />
        )}
        {isByRegion && region !== null && (
          <p className={styles["hint"]}>
            Each region is decided about by itself
            <span className={styles["byKey"]}>
              ; <kbd>Shift</kbd> with a key is about the whole picture
            </span>
            .
          </p>
        )}
        <dl className={styles["facts"]}>
          <Fact name="Run">
            <Link to="/runs/$uuid" params={{ uuid: review.runUUID }}>
              {review.workflow}
            </Link>
          </Fact>
          <Fact name="Asked by">
            {review.review}
            {review.step !== null && ` about ${review.step}`}
          </Fact>
          <Fact name="Round">{review.round}</Fact>
          {review.until !== null && (
            <Fact name="If nobody decides">
              <TimeLeft review={review} />
            </Fact>
          )}
        </dl>
        <FocusKeys />
      </aside>
    </div>
  );
}
