import { Link } from "@tanstack/react-router";
import type { RunView } from "../../../../src/contracts/run.ts";
import { Duration } from "../../components/duration.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import type { Column } from "../../components/table.tsx";
import { Thumbnail } from "../../components/thumbnail.tsx";
import { Uuid } from "../../components/uuid.tsx";
import styles from "./run-columns.module.css";
import { pictureOf } from "./run-pictures.ts";

export const RUN_COLUMNS: readonly Column<RunView>[] = [
  {
    id: "picture",
    title: "Picture",
    width: "2.75rem",
    isTitleHidden: true,
    cell: (run) => <Thumbnail artifact={pictureOf(run)} alt="" />,
  },
  {
    id: "file",
    title: "File",
    width: "minmax(0, 3fr)",
    cell: (run) => (
      <div className={styles["file"]}>
        <Link to="/runs/$uuid" params={{ uuid: run.runUUID }} title={run.file}>
          {run.file}
        </Link>
        <span className={styles["note"]}>{run.error?.message ?? run.workflow}</span>
      </div>
    ),
  },
  { id: "status", title: "Status", width: "8rem", cell: ({ status }) => <StatusBadge status={status} /> },
  {
    id: "duration",
    title: "Took",
    width: "6rem",
    isWideOnly: true,
    cell: ({ startedAt, endedAt }) => <Duration from={startedAt} to={endedAt} />,
  },
  {
    id: "created",
    title: "Begun",
    width: "8rem",
    isWideOnly: true,
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
  },
  {
    id: "uuid",
    title: "UUID",
    width: "8rem",
    isWideOnly: true,
    cell: ({ runUUID }) => <Uuid value={runUUID} kind="run" />,
  },
];
