import { Link } from "@tanstack/react-router";
import type { ComparedFile, ComparedRun } from "../../../../../src/contracts/compare.ts";
import type { RunStatus } from "../../../../../src/contracts/run.ts";
import { formatDuration } from "../../../components/format-time.ts";
import { StatusBadge } from "../../../components/status-badge.tsx";
import type { Column } from "../../../components/table.tsx";
import { Thumbnail } from "../../../components/thumbnail.tsx";
import type { CompareSort } from "../compare-search.ts";
import styles from "./batches-compared.module.css";

const THUMBNAIL_SIZE = 68;

type Measure = Exclude<CompareSort, "file">;

interface Measured {
  readonly title: string;
  readonly width: string;
  readonly read: (run: ComparedRun) => number | null;
  readonly format: (value: number) => string;
}

/** What is counted of both, in the order in which it is shown. */
const MEASURES: Readonly<Record<Measure, Measured>> = {
  seam: { title: "Worst seam", width: "8rem", read: ({ seam }) => seam, format: (seam) => seam.toFixed(2) },
  sharpness: {
    title: "Sharpness",
    width: "8rem",
    read: ({ sharpnessGain }) => sharpnessGain,
    format: (gain) => gain.toFixed(2),
  },
  duration: { title: "Took", width: "9rem", read: ({ durationMs }) => durationMs, format: formatDuration },
  cost: {
    title: "Cost",
    width: "9rem",
    read: ({ cost }) => cost,
    format: (cost) => `$${cost.toFixed(4)}`,
  },
};

/** @param sort what they are ordered by: where there is no room for columns, it is told below the name */
export function fileColumns(sort: CompareSort): readonly Column<ComparedFile>[] {
  const measures = Object.entries(MEASURES) as [Measure, Measured][];
  return [
    {
      id: "pictures",
      title: "Left and right",
      width: "9.25rem",
      cell: ({ left, right }) => (
        <span className={styles["pair"]}>
          <Thumbnail artifact={left?.output ?? left?.input ?? null} alt="" size={THUMBNAIL_SIZE} />
          <Thumbnail artifact={right?.output ?? right?.input ?? null} alt="" size={THUMBNAIL_SIZE} />
        </span>
      ),
    },
    {
      id: "file",
      title: "File",
      width: "minmax(0, 3fr)",
      cell: (file) => <File file={file} measured={sort === "file" ? null : MEASURES[sort]} />,
    },
    ...measures.map(
      ([id, measured]): Column<ComparedFile> => ({
        id,
        title: measured.title,
        width: measured.width,
        isWideOnly: true,
        cell: (file) => <Numbers file={file} measured={measured} />,
      }),
    ),
  ];
}

interface FileProps {
  readonly file: ComparedFile;
  readonly measured: Measured | null;
}

function File({ file: compared, measured }: FileProps) {
  const { file, left, right, isSame } = compared;
  return (
    <div className={styles["file"]}>
      <FileLink file={file} left={left} right={right} />
      {measured !== null && (
        <span className={styles["narrow"]}>
          {measured.title.toLowerCase()} <Numbers file={compared} measured={measured} />
        </span>
      )}
      <span className={styles["states"]}>
        {isSame === true && <span className={styles["same"]}>the same</span>}
        {left === null && <span className={styles["same"]}>only on the right</span>}
        {right === null && <span className={styles["same"]}>only on the left</span>}
        {statusesOf(left, right).map((status, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the left one and the right one
          <StatusBadge key={at} status={status} />
        ))}
      </span>
    </div>
  );
}

/** To both beside each other, or to the one that there is. */
function FileLink({ file, left, right }: Pick<ComparedFile, "file" | "left" | "right">) {
  if (left !== null && right !== null)
    return (
      <Link to="/compare" search={{ left: left.runUUID, right: right.runUUID }} title={file}>
        {file}
      </Link>
    );
  const only = left ?? right;
  if (only === null) return <span title={file}>{file}</span>;
  return (
    <Link to="/runs/$uuid" params={{ uuid: only.runUUID }} title={file}>
      {file}
    </Link>
  );
}

/** Both where they differ, one where both are alike; none where both succeeded, as most do. */
function statusesOf(left: ComparedRun | null, right: ComparedRun | null): readonly RunStatus[] {
  if (left === null || right === null) return [];
  if (left.status !== right.status) return [left.status, right.status];
  return left.status === "succeeded" ? [] : [left.status];
}

interface NumbersProps {
  readonly file: ComparedFile;
  readonly measured: Measured;
}

function Numbers({ file: { left, right }, measured: { read, format } }: NumbersProps) {
  const [one, other] = [left === null ? null : read(left), right === null ? null : read(right)];
  const textOf = (value: number | null) => (value === null ? "–" : format(value));
  if (one === null && other === null) return <span className={styles["numbers"]}>–</span>;
  const isApart = one !== null && other !== null && textOf(one) !== textOf(other);
  return (
    <span className={styles["numbers"]} data-apart={isApart}>
      <span>{textOf(one)} →</span> <span>{textOf(other)}</span>
    </span>
  );
}
