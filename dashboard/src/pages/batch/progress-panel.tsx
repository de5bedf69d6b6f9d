import { Link } from "@tanstack/react-router";
import type { BatchView } from "../../../../src/contracts/api.ts";
import { countBatch } from "../../components/batch-progress/batch-counts.ts";
import { BatchProgress } from "../../components/batch-progress/batch-progress.tsx";
import { formatRate } from "../../components/batch-progress/format-rate.ts";
import { classNames } from "../../components/class-names.ts";
import { Duration } from "../../components/duration.tsx";
import { Fact } from "../../components/fact.tsx";
import { formatElapsed } from "../../components/format-time.ts";
import { Money } from "../../components/money.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { STATUS_LOOKS } from "../../components/status-look.ts";
import tones from "../../components/tone.module.css";
import styles from "./batch-page.module.css";
import type { BatchSearch } from "./batch-search.ts";

interface ProgressPanelProps {
  readonly batch: BatchView;
  readonly search: BatchSearch;
}

const numbers = new Intl.NumberFormat("en");
const MS = 1000;

/** How far it is and how fast. A status shows its pictures alone, and again all of them. */
export function ProgressPanel({ batch, search }: ProgressPanelProps) {
  const counts = countBatch(batch);
  const { done, total, isTotalKnown, parts } = counts;
  const folder = batch.feed?.folder ?? null;
  const share = total === 0 ? 0 : Math.floor((100 * done) / total);
  return (
    <section className={styles["progress"]} aria-label="Progress">
      <p className={styles["lead"]}>
        <strong>{numbers.format(done)}</strong> of {numbers.format(total)}
        {isTotalKnown ? ` pictures · ${share} %` : " pictures so far"}
      </p>
      <BatchProgress counts={counts} size="thick" />
      <ul className={styles["counts"]}>
        {parts.map(({ status, count }) => {
          const { status: shown, ...rest } = search;
          const isShown = shown === status;
          return (
            <li key={status}>
              <Link
                to="/batches/$uuid"
                params={{ uuid: batch.batchUUID }}
                search={isShown ? rest : { ...search, status }}
                replace
                resetScroll={false}
                className={classNames(
                  styles["count"],
                  tones[STATUS_LOOKS[status].tone],
                  isShown && styles["chosen"],
                )}
                aria-current={isShown}
                data-count={status}
              >
                <span className={styles["dot"]} aria-hidden />
                {STATUS_LOOKS[status].word} <b>{numbers.format(count)}</b>
              </Link>
            </li>
          );
        })}
      </ul>
      <dl className={styles["facts"]}>
        {batch.endedAt === null && (
          <>
            <Fact name="A minute">{formatRate(batch.perMinute)}</Fact>
            <Fact name="Left">
              {batch.secondsLeft === null ? "–" : `about ${formatElapsed(batch.secondsLeft * MS)}`}
            </Fact>
          </>
        )}
        <Fact name="Took">
          <Duration from={batch.createdAt} to={batch.endedAt} />
        </Fact>
        <Fact name="Cost">
          <Money amount={batch.cost} />
        </Fact>
        {batch.reused > 0 && <Fact name="Done before">{numbers.format(batch.reused)}</Fact>}
        <Fact name="Begun">
          <RelativeTime at={batch.createdAt} />
        </Fact>
        {folder !== null && <Fact name="From">{folder}</Fact>}
      </dl>
    </section>
  );
}
