import type { QueueView } from "../../../../src/contracts/actions.ts";
import styles from "./sparkline.module.css";

interface SparklineProps {
  readonly queue: string;
  readonly minutes: QueueView["recent"]["minutes"];
}

const HEIGHT = 36;
const STEP = 8;
const GAP = 2;

/** How many ended in each minute. A handful of bars needs no library for charts: they are drawn by the page itself. */
export function Sparkline({ queue, minutes }: SparklineProps) {
  const most = Math.max(1, ...minutes.map(({ ended }) => ended));
  const total = minutes.reduce((sum, { ended }) => sum + ended, 0);
  const span = minutes.length;
  return (
    <figure className={styles["chart"]} data-empty={total === 0}>
      <svg
        viewBox={`0 0 ${span * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${total} tasks ended in ${queue} within ${span} minutes, ${most} at most in one`}
      >
        {minutes.map(({ ended, failed }, at) => {
          const height = (HEIGHT * ended) / most;
          const bad = (HEIGHT * failed) / most;
          const place = { x: at * STEP, width: STEP - GAP };
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place in time
            <g key={at}>
              <title>{`${span - 1 - at} min. ago: ${ended} ended, ${failed} failed`}</title>
              <rect {...place} y={0} height={HEIGHT} className={styles["place"]} />
              <rect {...place} y={HEIGHT - height} height={height} className={styles["ended"]} />
              <rect {...place} y={HEIGHT - height} height={bad} className={styles["failed"]} />
            </g>
          );
        })}
      </svg>
      <figcaption>
        <span>{span} min. ago</span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}
