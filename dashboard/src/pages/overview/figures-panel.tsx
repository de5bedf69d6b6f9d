import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Overview } from "../../../../src/contracts/overview.ts";
import { overviewQuery } from "../../api/overview.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Figure, Figures } from "../../components/figures.tsx";
import { Money } from "../../components/money.tsx";
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
      <Figures>
        <Figure name="Running" value={runs?.running}>
          {runs !== undefined && runs.queued > 0 && `${runs.queued} queued`}
        </Figure>
        <Figure name="Finished in 24 h" value={runs?.finishedLastDay}>
          {runs !== undefined && `${runs.finishedLastHour} in the last hour`}
        </Figure>
        <Figure name="Failed in 24 h" value={runs?.failedLastDay}>
          {runs !== undefined && runs.failedLastDay > 0 && (
            <Link to="/runs" search={{ status: "failed,partial", within: "24h" }}>
              Look at them
            </Link>
          )}
        </Figure>
        <Figure name="Waits for somebody" value={data === undefined ? undefined : sumOf(data.waiting)}>
          {data !== undefined && <Waiting {...data.waiting} />}
        </Figure>
        <Figure
          name="Cost today"
          value={data === undefined ? undefined : <Money amount={data.costToday} />}
        />
      </Figures>
      <Hours hours={data?.hours ?? []} />
    </section>
  );
}

const sumOf = ({ review, held, uncertain }: Overview["waiting"]) => review + held + uncertain;

/** What somebody has to do before anything more happens, each kind with the page where it is done. */
function Waiting({ review, held, uncertain }: Overview["waiting"]) {
  return (
    <span className={styles["kinds"]}>
      {review > 0 && <Link to="/review">{review} to review</Link>}
      {held > 0 && (
        <Link to="/providers" search={{ status: "held" }}>
          {held} held by a budget
        </Link>
      )}
      {uncertain > 0 && (
        <Link to="/providers" search={{ status: "uncertain" }}>
          {uncertain} perhaps billed
        </Link>
      )}
    </span>
  );
}
