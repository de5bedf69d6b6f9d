import { Brush, Check, Dices, type LucideIcon, Undo2 } from "lucide-react";
import type { Decision, ReviewView } from "../../../../../src/contracts/review.ts";
import { classNames } from "../../../components/class-names.ts";
import { Price } from "../price.tsx";
import styles from "./decide-bar.module.css";

interface DecideBarProps {
  readonly review: ReviewView;
  /** Whether it is about one of several regions. */
  readonly isOfRegion: boolean;
  /** Why no mask can be drawn now, where the review would offer it. */
  readonly whyNoMask?: string | undefined;
  readonly onDecide: (decision: Decision) => void;
}

interface Choice {
  readonly decision: Decision;
  readonly word: string;
  readonly key: string;
  readonly icon: LucideIcon;
}

function reasonOf({ allow }: ReviewView): string {
  return allow.length === 0 ? "Your key lets you look, not decide" : "This review does not offer it";
}

const CHOICES: readonly Choice[] = [
  { decision: "accept", word: "Accept", key: "a", icon: Check },
  { decision: "reroll", word: "Reroll", key: "r", icon: Dices },
  { decision: "keepOriginal", word: "Keep original", key: "k", icon: Undo2 },
  { decision: "editMask", word: "Draw mask", key: "m", icon: Brush },
];

/** What can be decided, each with its key. */
export function DecideBar({ review, isOfRegion, whyNoMask, onDecide }: DecideBarProps) {
  const { regions, rerollCost } = review;
  const cost = isOfRegion && rerollCost !== null ? rerollCost / regions.length : rerollCost;
  const whyNot = (decision: Decision) => {
    if (!review.allow.includes(decision)) return reasonOf(review);
    return decision === "editMask" ? whyNoMask : undefined;
  };
  return (
    <div className={styles["bar"]}>
      {CHOICES.map(({ decision, word, key, icon: Icon }) => (
        <button
          key={decision}
          type="button"
          className={classNames(styles["choice"], decision === "accept" && styles["first"])}
          disabled={whyNot(decision) !== undefined}
          title={whyNot(decision)}
          onClick={() => onDecide(decision)}
        >
          <Icon size={18} aria-hidden />
          <span className={styles["word"]}>
            {word}
            {decision === "reroll" && review.allow.includes("reroll") && (
              <>
                {" "}
                <Price amount={cost} />
              </>
            )}
          </span>
          <kbd>{key}</kbd>
        </button>
      ))}
    </div>
  );
}
