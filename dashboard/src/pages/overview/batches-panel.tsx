import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ListedBatch } from "../../../../src/contracts/api.ts";
import { batchListQuery } from "../../api/batches.ts";
import { countBatch, shownBatchStatus } from "../../components/batch-progress/batch-counts.ts";
import { BatchProgress } from "../../components/batch-progress/batch-progress.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Thumbnail } from "../../components/thumbnail.tsx";
import styles from "./panel-list.module.css";

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
            <li key={batch.batchUUID} data-row data-batch={batch.batchUUID}>
              <BatchLine batch={batch} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const numbers = new Intl.NumberFormat("en");

function BatchLine({ batch }: { readonly batch: ListedBatch }) {
  const { batchUUID, workflow, pictures, createdAt } = batch;
  const counts = countBatch(batch);
  const { total, done, failed, isTotalKnown } = counts;
  return (
    <>
      <Thumbnail artifact={pictures[0]?.picture ?? null} alt="" />
      <div className={styles["text"]}>
        <Link to="/batches/$uuid" params={{ uuid: batchUUID }}>
          {workflow}
        </Link>
        <BatchProgress counts={counts} />
        <span className={styles["note"]}>
          {numbers.format(done)} of {numbers.format(total)}
          {isTotalKnown ? "" : " so far"}
          {failed > 0 && `, ${numbers.format(failed)} failed`} · <RelativeTime at={createdAt} />
        </span>
      </div>
      <StatusBadge status={shownBatchStatus(batch)} isCompact />
    </>
  );
}
