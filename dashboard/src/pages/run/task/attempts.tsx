import type { AttemptView } from "../../../../../src/contracts/run.ts";
import type { LogLine } from "../../../../../src/contracts/task-records.ts";
import { Duration } from "../../../components/duration.tsx";
import { formatDuration } from "../../../components/format-time.ts";
import { Notice } from "../../../components/notice.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { Stack } from "../log/log-lines.tsx";
import styles from "./attempts.module.css";

interface AttemptsProps {
  readonly attempts: readonly AttemptView[];
  /** What workers wrote about them, stacks of failures among it. */
  readonly lines: readonly LogLine[];
}

/** How often it was executed, by which worker, and how each time ended. */
export function Attempts({ attempts, lines }: AttemptsProps) {
  if (attempts.length === 0) return <p className={styles["none"]}>No worker has begun it.</p>;
  return (
    <ol className={styles["attempts"]}>
      {attempts.map(({ number, worker, startedAt, endedAt, outcome, error, timings }) => (
        <li key={number}>
          <p>
            <strong>
              {number}. {outcome ?? "under way"}
            </strong>{" "}
            after <Duration from={startedAt} to={endedAt} />, begun <RelativeTime at={startedAt} /> by{" "}
            <code>{worker}</code>
          </p>
          {error !== null && (
            <Notice>
              <code>{error.code}</code> {error.message}
            </Notice>
          )}
          {stacksOf(lines, number).map((stack) => (
            <Stack key={stack} text={stack} />
          ))}
          {Object.keys(timings).length > 0 && (
            <p className={styles["timings"]}>
              {Object.entries(timings)
                .sort(([, one], [, other]) => other - one)
                .map(([part, ms]) => `${part} ${formatDuration(ms)}`)
                .join(" · ")}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

function stacksOf(lines: readonly LogLine[], attempt: number): readonly string[] {
  return lines.flatMap((line) => {
    const { stack } = line.data;
    return line.attempt === attempt && typeof stack === "string" ? [stack] : [];
  });
}
