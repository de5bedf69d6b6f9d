import type { QueueView } from "../../../../src/contracts/actions.ts";
import { formatDuration } from "../../components/format-time.ts";
import styles from "./workers.module.css";

interface StepTimesProps {
  readonly queue: string;
  readonly steps: QueueView["recent"]["steps"];
}

/** How long each kind of work took: half of it at most p50, 95 of 100 at most p95. */
export function StepTimes({ queue, steps }: StepTimesProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of keys
    <section className={styles["scroll"]} tabIndex={0} aria-label={`Times of ${queue}`}>
      <table className={styles["steps"]}>
        <caption className="visually-hidden">{`How long work in ${queue} took lately`}</caption>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Provider</th>
            <th scope="col">Done</th>
            <th scope="col" title="Half of them took this long at most">
              p50
            </th>
            <th scope="col" title="95 of 100 took this long at most">
              p95
            </th>
            <th scope="col" title="99 of 100 took this long at most">
              p99
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ taskType, provider, tasks, p50, p95, p99 }) => (
            <tr key={`${taskType} ${provider}`}>
              <th scope="row">{taskType}</th>
              <td>{provider ?? "–"}</td>
              <td>{tasks.toLocaleString("en-US")}</td>
              <td>{formatDuration(p50)}</td>
              <td>{formatDuration(p95)}</td>
              <td>{formatDuration(p99)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
