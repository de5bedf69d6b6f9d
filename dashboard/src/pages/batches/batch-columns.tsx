import { Link } from "@tanstack/react-router";
import type { ListedBatch } from "../../../../src/contracts/api.ts";
import { countBatch, shownBatchStatus } from "../../components/batch-progress/batch-counts.ts";
import { BatchProgress } from "../../components/batch-progress/batch-progress.tsx";
import { formatRate } from "../../components/batch-progress/format-rate.ts";
import { Duration } from "../../components/duration.tsx";
import { Money } from "../../components/money.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import rowLink from "../../components/row-link.module.css";
import { StatusBadge } from "../../components/status-badge.tsx";
import type { Column } from "../../components/table.tsx";
import { Uuid } from "../../components/uuid.tsx";
import { folderName } from "../runs/split-path.ts";
import styles from "./batches-page.module.css";
import { PictureStrip } from "./picture-strip.tsx";

const numbers = new Intl.NumberFormat("en");

export const BATCH_COLUMNS: readonly Column<ListedBatch>[] = [
  {
    id: "pictures",
    title: "Pictures",
    width: "var(--pictures-width)",
    isTitleHidden: true,
    cell: ({ pictures }) => <PictureStrip pictures={pictures} />,
  },
  {
    id: "workflow",
    title: "Workflow",
    width: "minmax(0, 2fr)",
    cell: (batch) => (
      <div className={styles["name"]}>
        <Link
          className={rowLink["link"]}
          to="/batches/$uuid"
          params={{ uuid: batch.batchUUID }}
          title={batch.workflow}
        >
          {batch.workflow}
        </Link>
        <span className={styles["narrow"]}>
          <Progress batch={batch} hasTime />
        </span>
        <span className={styles["wide"]}>
          <RelativeTime at={batch.createdAt} />
          {batch.folder !== null && <span title={batch.folder}> · {folderName(batch.folder)}</span>}
        </span>
      </div>
    ),
  },
  {
    id: "progress",
    title: "Progress",
    width: "minmax(0, 3fr)",
    isWideOnly: true,
    cell: (batch) => <Progress batch={batch} />,
  },
  {
    id: "status",
    title: "Status",
    width: "var(--status-width)",
    isTitleHidden: "phone",
    cell: (batch) => <StatusBadge status={shownBatchStatus(batch)} isCompact="phone" />,
  },
  {
    id: "took",
    title: "Took",
    width: "5rem",
    isWideOnly: true,
    cell: ({ createdAt, endedAt }) => <Duration from={createdAt} to={endedAt} />,
  },
  {
    id: "cost",
    title: "Cost",
    width: "4rem",
    isWideOnly: true,
    cell: ({ cost }) => <Money amount={cost} />,
  },
  {
    id: "uuid",
    title: "UUID",
    width: "6.25rem",
    isWidestOnly: true,
    cell: ({ batchUUID }) => (
      <span className={rowLink["above"]}>
        <Uuid value={batchUUID} kind="batch" />
      </span>
    ),
  },
];

interface ProgressProps {
  readonly batch: ListedBatch;
  /** Whether it is said when it was begun: where no other column does. */
  readonly hasTime?: boolean;
}

function Progress({ batch, hasTime = false }: ProgressProps) {
  const counts = countBatch(batch);
  const { done, total, failed, isTotalKnown } = counts;
  return (
    <div className={styles["progress"]}>
      <BatchProgress counts={counts} />
      <span className={styles["note"]}>
        {numbers.format(done)} of {numbers.format(total)}
        {isTotalKnown ? "" : " so far"}
        {failed > 0 && <span className={styles["failed"]}>, {numbers.format(failed)} failed</span>}
        {batch.perMinute !== null && batch.perMinute > 0 && ` · ${formatRate(batch.perMinute)} a minute`}
        {hasTime && (
          <>
            {" · "}
            <RelativeTime at={batch.createdAt} />
          </>
        )}
      </span>
    </div>
  );
}
