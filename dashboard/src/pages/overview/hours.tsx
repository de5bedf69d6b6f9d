import type { Overview } from "../../../../src/contracts/overview.ts";
import styles from "./hours.module.css";

const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** How many runs ended in each of the last 24 hours; said in words to whoever cannot see bars. */
export function Hours({ hours }: Pick<Overview, "hours">) {
  const most = Math.max(1, ...hours.map(({ finished }) => finished));
  const total = hours.reduce((sum, { finished }) => sum + finished, 0);
  const part = (count: number) => ({ height: `${(100 * count) / most}%` });
  return (
    <figure className={styles["chart"]}>
      <div className={styles["bars"]} role="img" aria-label={`${total} runs ended in the last 24 hours`}>
        {hours.map(({ from, finished, failed }) => (
          <span
            key={from}
            className={styles["hour"]}
            title={`From ${clock.format(new Date(from))}: ${finished} ended, ${failed} failed`}
          >
            <span className={styles["failed"]} style={part(failed)} />
            <span className={styles["finished"]} style={part(Math.max(0, finished - failed))} />
          </span>
        ))}
      </div>
      <figcaption>
        <span>24 h ago</span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}
