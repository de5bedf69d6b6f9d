import { classNames } from "../class-names.ts";
import { STATUS_LOOKS } from "../status-look.ts";
import tones from "../tone.module.css";
import type { BatchCounts } from "./batch-counts.ts";
import styles from "./batch-progress.module.css";

interface BatchProgressProps {
  readonly counts: BatchCounts;
  readonly size?: "thin" | "thick";
}

const WAITING: ReadonlySet<string> = new Set(["queued"]);

/** How far a batch is, a part for each status; the numbers beside it say the same. */
export function BatchProgress({ counts, size = "thin" }: BatchProgressProps) {
  return (
    <span className={classNames(styles["track"], styles[size])} aria-hidden>
      {counts.parts
        .filter(({ status }) => !WAITING.has(status))
        .map(({ status, count }) => (
          <span
            key={status}
            className={classNames(styles["part"], tones[STATUS_LOOKS[status].tone])}
            style={{ width: `${(100 * count) / Math.max(1, counts.total)}%` }}
          />
        ))}
    </span>
  );
}
