import { RotateCcw } from "lucide-react";
import { Button } from "../../../components/button.tsx";
import { wordsOf } from "./marks.ts";
import styles from "./pending-bar.module.css";
import { useDecisions } from "./use-decisions.ts";

interface PendingBarProps {
  readonly onUndo: () => void;
}

/** What was decided last and can still be taken back, and how much is on its way. */
export function PendingBar({ onUndo }: PendingBarProps) {
  const { held, sending } = useDecisions();
  const last = held.at(-1);
  return (
    <div className={styles["place"]} role="status">
      {last !== undefined && (
        <p className={styles["bar"]}>
          <span className={styles["words"]}>
            {wordsOf(last.body)}: {last.review.file}
            {held.length > 1 && ` and ${held.length - 1} more`}
          </span>
          <Button icon={RotateCcw} onClick={onUndo}>
            Undo <kbd>z</kbd>
          </Button>
        </p>
      )}
      {last === undefined && sending > 0 && (
        <p className={styles["bar"]}>
          <span className={styles["words"]}>
            {sending} {sending === 1 ? "decision is" : "decisions are"} being sent
          </span>
        </p>
      )}
    </div>
  );
}
