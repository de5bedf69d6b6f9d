import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { overviewQuery } from "../../api/overview.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Money } from "../../components/money.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import styles from "./figures-panel.module.css";
import { Hours } from "./hours.tsx";

/** The whole in numbers. */
export function FiguresPanel() {
  const { data, error, refetch } = useQuery(overviewQuery);
  if (error !== null && data === undefined) {
    return (
      <ErrorState error={error} title="The figures could not be loaded" onRetry={() => void refetch()} />
    );
  }
  const runs = data?.runs;
  return (
    <section className={styles["panel"]} aria-label="In numbers">
      <dl className={styles["figures"]}>
        <Figure name="Running" value={runs?.running}>
          {runs !== undefined && runs.queued > 0 && `${runs.queued} queued`}
        </Figure>
        <Figure name="Finished in 24 h" value={runs?.finishedLastDay}>
          {runs !== undefined && `${runs.finishedLastHour} in the last hour`}
        </Figure>
        <Figure name="Failed in 24 h" value={runs?.failedLastDay}>
          {runs !== undefined && runs.failedLastDay > 0 && (
            <Link to="/runs" search={{ status: "failed" }}>
              Look at them
            </Link>
          )}
        </Figure>
        <Figure
          name="Cost today"
          value={data === undefined ? undefined : <Money amount={data.costToday} />}
        />
      </dl>
      <Hours hours={data?.hours ?? []} />
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly children?: ReactNode;
}

function Figure({ name, value, children }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span className={styles["value"]}>{value ?? <Skeleton width="2.5rem" />}</span>
        <span className={styles["note"]}>{children}</span>
      </dd>
    </div>
  );
}
