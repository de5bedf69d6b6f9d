import styles from "./progress.module.css";

interface ProgressProps {
  readonly done: number;
  readonly failed: number;
  readonly total: number;
}

/** How far it is, failures at its end; the numbers beside it say the same. */
export function Progress({ done, failed, total }: ProgressProps) {
  const part = (count: number) => ({ width: `${total === 0 ? 0 : (100 * count) / total}%` });
  return (
    <span className={styles["track"]} aria-hidden>
      <span className={styles["good"]} style={part(done - failed)} />
      <span className={styles["bad"]} style={part(failed)} />
    </span>
  );
}
