import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { BatchSummary } from "../../../../src/contracts/api.ts";
import { batchListQuery } from "../../api/batches.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { countRuns } from "./count-runs.ts";
import styles from "./panel-list.module.css";
import { Progress } from "./progress.tsx";

const MOST_SHOWN = 5;

export function BatchesPanel() {
  const { data, error, refetch } = useQuery(batchListQuery({}, MOST_SHOWN));
  return (
    <Panel title="Batches" aside={<Link to="/batches">All batches</Link>}>
      {error !== null && data === undefined && (
        <ErrorState error={error} title="The batches could not be loaded" onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && (
        <SkeletonRows rows={2} height="4rem" label="Loading the batches" />
      )}
      {data?.batches.length === 0 && (
        <p className={styles["quiet"]}>No batch yet. Single runs are not listed here.</p>
      )}
      {data !== undefined && data.batches.length > 0 && (
        <ul className={styles["list"]}>
          {data.batches.map((batch) => (
            <li key={batch.batchUUID} data-batch={batch.batchUUID}>
              <BatchLine batch={batch} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function BatchLine({ batch }: { readonly batch: BatchSummary }) {
  const { total, done, failed } = countRuns(batch);
  return (
    <>
      <div className={styles["text"]}>
        <Link to="/batches/$uuid" params={{ uuid: batch.batchUUID }}>
          {batch.workflow}
        </Link>
        <Progress done={done} failed={failed} total={total} />
        <span className={styles["note"]}>
          {done} of {total}
          {batch.complete ? "" : " so far"}
          {failed > 0 && `, ${failed} failed`}
        </span>
      </div>
      <StatusBadge status={batch.status} />
    </>
  );
}
