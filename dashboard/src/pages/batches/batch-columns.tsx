import { Link } from "@tanstack/react-router";
import type { BatchSummary } from "../../../../src/contracts/api.ts";
import { countBatch } from "../../components/batch-progress/batch-counts.ts";
import { BatchProgress } from "../../components/batch-progress/batch-progress.tsx";
import { formatRate } from "../../components/batch-progress/format-rate.ts";
import { Duration } from "../../components/duration.tsx";
import { Money } from "../../components/money.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import type { Column } from "../../components/table.tsx";
import { Uuid } from "../../components/uuid.tsx";
import styles from "./batches-page.module.css";

const numbers = new Intl.NumberFormat("en");

export const BATCH_COLUMNS: readonly Column<BatchSummary>[] = [
  {
    id: "workflow",
    title: "Workflow",
    width: "minmax(0, 2fr)",
    cell: (batch) => (
      <div className={styles["name"]}>
        <Link to="/batches/$uuid" params={{ uuid: batch.batchUUID }} title={batch.workflow}>
          {batch.workflow}
        </Link>
        <span className={styles["note"]}>
          <RelativeTime at={batch.createdAt} />
        </span>
      </div>
    ),
  },
  {
    id: "progress",
    title: "Progress",
    width: "minmax(0, 3fr)",
    cell: (batch) => <Progress batch={batch} />,
  },
  {
    id: "status",
    title: "Status",
    width: "var(--status-width)",
    isTitleHidden: "phone",
    cell: ({ status }) => <StatusBadge status={status} isCompact="phone" />,
  },
  {
    id: "rate",
    title: "A minute",
    width: "5rem",
    isWideOnly: true,
    cell: ({ perMinute }) => <span>{formatRate(perMinute)}</span>,
  },
  {
    id: "took",
    title: "Took",
    width: "6rem",
    isWideOnly: true,
    cell: ({ createdAt, endedAt }) => <Duration from={createdAt} to={endedAt} />,
  },
  {
    id: "cost",
    title: "Cost",
    width: "5rem",
    isWideOnly: true,
    cell: ({ cost }) => <Money amount={cost} />,
  },
  {
    id: "uuid",
    title: "UUID",
    width: "8rem",
    isWideOnly: true,
    cell: ({ batchUUID }) => <Uuid value={batchUUID} kind="batch" />,
  },
];

function Progress({ batch }: { readonly batch: BatchSummary }) {
  const counts = countBatch(batch);
  const { done, total, failed, isTotalKnown } = counts;
  return (
    <div className={styles["progress"]}>
      <BatchProgress counts={counts} />
      <span className={styles["note"]}>
        {numbers.format(done)} of {numbers.format(total)}
        {isTotalKnown ? "" : " so far"}
        {failed > 0 && <span className={styles["failed"]}>, {numbers.format(failed)} failed</span>}
      </span>
    </div>
  );
}
