import { ArrowUp } from "lucide-react";
import type { NewRuns } from "../../live/held-lists.ts";
import styles from "./new-runs-pill.module.css";

/** Says that there are new runs above what is read; leads there. */
export function NewRunsPill({ count, isMore }: NewRuns) {
  return (
    <div className={styles["place"]} role="status">
      {count > 0 && (
        <button type="button" className={styles["pill"]} onClick={() => window.scrollTo({ top: 0 })}>
          <ArrowUp size={15} aria-hidden />
          {count}
          {isMore && "+"} new
        </button>
      )}
    </div>
  );
}
