import { Link } from "@tanstack/react-router";
import type { ComparedFile, ComparedRun } from "../../../../../src/contracts/compare.ts";
import type { RunStatus } from "../../../../../src/contracts/run.ts";
import { formatDuration } from "../../../components/format-time.ts";
import { StatusBadge } from "../../../components/status-badge.tsx";
import type { Column } from "../../../components/table.tsx";
import { Thumbnail } from "../../../components/thumbnail.tsx";
import styles from "./batches-compared.module.css";

const THUMBNAIL_SIZE = 68;

export const FILE_COLUMNS: readonly Column<ComparedFile>[] = [
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
  { id: "file", title: "File", width: "minmax(0, 3fr)", cell: (file) => <File file={file} /> },
  {
    id: "seam",
    title: "Worst seam",
    width: "8rem",
    isWideOnly: true,
    cell: (file) => <Numbers file={file} read={({ seam }) => seam} format={(seam) => seam.toFixed(2)} />,
  },
  {
    id: "sharpness",
    title: "Sharpness",
    width: "8rem",
    isWideOnly: true,
    cell: (file) => (
      <Numbers file={file} read={({ sharpnessGain }) => sharpnessGain} format={(gain) => gain.toFixed(2)} />
    ),
  },
  {
    id: "duration",
    title: "Took",
    width: "9rem",
    isWideOnly: true,
    cell: (file) => <Numbers file={file} read={({ durationMs }) => durationMs} format={formatDuration} />,
  },
  {
    id: "cost",
    title: "Cost",
    width: "9rem",
    isWideOnly: true,
    cell: (file) => (
      <Numbers file={file} read={({ cost }) => cost} format={(cost) => `$${cost.toFixed(4)}`} />
    ),
  },
];

function File({ file: { file, left, right, isSame } }: { readonly file: ComparedFile }) {
  return (
    <div className={styles["file"]}>
      <FileLink file={file} left={left} right={right} />
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
  readonly read: (run: ComparedRun) => number | null;
  readonly format: (value: number) => string;
}

function Numbers({ file: { left, right }, read, format }: NumbersProps) {
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
