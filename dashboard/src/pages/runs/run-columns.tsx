import { Link } from "@tanstack/react-router";
import type { RunView } from "../../../../src/contracts/run.ts";
import { Duration } from "../../components/duration.tsx";
import { Money } from "../../components/money.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import rowLink from "../../components/row-link.module.css";
import { shownStatus } from "../../components/shown-status.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import type { Column } from "../../components/table.tsx";
import { Uuid } from "../../components/uuid.tsx";
import { withoutFile } from "../../components/without-file.ts";
import styles from "./run-columns.module.css";
import { RunThumbnails } from "./run-thumbnails.tsx";
import { Tick, TickListed } from "./selection/tick.tsx";
import { splitPath } from "./split-path.ts";
import { Tags } from "./tags.tsx";

export const RUN_COLUMNS: readonly Column<RunView>[] = [
  {
    id: "tick",
    title: "Chosen",
    width: "1rem",
    header: () => <TickListed />,
    cell: (run) => <Tick run={run} />,
  },
  {
    id: "pictures",
    title: "Pictures",
    width: "var(--pictures-width)",
    isTitleHidden: true,
    cell: (run) => <RunThumbnails run={run} />,
  },
  { id: "file", title: "File", width: "minmax(0, 3fr)", cell: (run) => <File run={run} /> },
  {
    id: "status",
    title: "Status",
    width: "var(--status-width)",
    isTitleHidden: "phone",
    cell: (run) => <StatusBadge status={shownStatus(run)} isCompact="phone" />,
  },
  {
    id: "duration",
    title: "Took",
    width: "5rem",
    isWideOnly: true,
    cell: ({ startedAt, endedAt }) => <Duration from={startedAt} to={endedAt} />,
  },
  {
    id: "cost",
    title: "Cost",
    width: "4rem",
    isWideOnly: true,
    cell: ({ cost }) => <Money amount={cost} />,
  },
  {
    id: "seam",
    title: "Seam",
    width: "3.5rem",
    isWidestOnly: true,
    cell: ({ quality }) => (
      <span title="The worst seam of its regions: how much an edge of the mask stands out">
        {quality.seam?.toFixed(2) ?? "–"}
      </span>
    ),
  },
  {
    id: "tags",
    title: "Tags",
    width: "minmax(0, 1.5fr)",
    isWidestOnly: true,
    cell: ({ tags }) => <Tags tags={tags} />,
  },
  {
    id: "created",
    title: "Begun",
    width: "6.5rem",
    isWideOnly: true,
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
  },
  {
    id: "uuid",
    title: "UUID",
    width: "6.25rem",
    isWidestOnly: true,
    cell: ({ runUUID }) => (
      <span className={rowLink["above"]}>
        <Uuid value={runUUID} kind="run" />
      </span>
    ),
  },
];

/** What tells files of one folder apart comes first. */
function File({ run: { runUUID, file, workflow, error } }: { readonly run: RunView }) {
  const { name, folder } = splitPath(file);
  return (
    <div className={styles["file"]}>
      <Link
        className={rowLink["link"]}
        to="/runs/$uuid"
        params={{ uuid: runUUID }}
        title={file}
        aria-label={file}
      >
        {name}
      </Link>
      <span className={styles["note"]} title={error?.message}>
        {workflow}
        {error !== null && (
          <span className={styles["error"]}>
            {" "}
            · {error.code} · {withoutFile(error.message, file)}
          </span>
        )}
        {error === null && folder !== "" && ` · ${folder}`}
      </span>
    </div>
  );
}
