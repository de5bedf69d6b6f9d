import { Check, Dices, Undo2, X } from "lucide-react";
import type { ReviewView } from "../../../../../src/contracts/review.ts";
import { Button } from "../../../components/button.tsx";
import { IconButton } from "../../../components/icon-button.tsx";
import type { Mark } from "../decide/marks.ts";
import { Price } from "../price.tsx";
import styles from "./bulk-bar.module.css";

interface BulkBarProps {
  readonly chosen: readonly ReviewView[];
  /** How many more match what is asked for; 0 where all of them are chosen. */
  readonly others: number;
  readonly isLoading: boolean;
  readonly onAll: () => void;
  readonly onClear: () => void;
  readonly onDecide: (mark: Mark) => void;
}

/** What can be decided about many at once: of each what its review allows. */
export function BulkBar({ chosen, others, isLoading, onAll, onClear, onDecide }: BulkBarProps) {
  const allowed = (mark: Mark) => chosen.filter(({ allow }) => allow.includes(mark));
  const rerolled = allowed("reroll");
  const cost = rerolled.reduce<number | null>(
    (sum, { rerollCost }) => (sum === null || rerollCost === null ? null : sum + rerollCost),
    0,
  );
  return (
    <section className={styles["bar"]} aria-label="What is chosen">
      <span className={styles["count"]}>
        <strong>{chosen.length.toLocaleString("en")}</strong> chosen
      </span>
      {others > 0 && (
        <Button onClick={onAll} disabled={isLoading}>
          {isLoading ? "Choosing…" : `Choose all ${(chosen.length + others).toLocaleString("en")}`}
        </Button>
      )}
      <span className={styles["actions"]}>
        <Button
          icon={Check}
          look="primary"
          disabled={allowed("accept").length === 0}
          onClick={() => onDecide("accept")}
        >
          Accept
        </Button>
        <Button icon={Dices} disabled={rerolled.length === 0} onClick={() => onDecide("reroll")}>
          Reroll <Price amount={cost} />
        </Button>
        <Button
          icon={Undo2}
          disabled={allowed("keepOriginal").length === 0}
          onClick={() => onDecide("keepOriginal")}
        >
          Keep originals
        </Button>
        <IconButton icon={X} label="Choose none" onClick={onClear} />
      </span>
    </section>
  );
}
