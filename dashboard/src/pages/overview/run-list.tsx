import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { RunView } from "../../../../src/contracts/run.ts";
import { runListQuery } from "../../api/runs.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { Thumbnail } from "../../components/thumbnail.tsx";
import { pictureOf } from "../runs/run-pictures.ts";
import styles from "./panel-list.module.css";

interface RunListProps {
  /** Or several, with commas between them. */
  readonly status: string;
  readonly most: number;
  /** Said where there are none. */
  readonly empty: string;
  readonly note: (run: RunView) => ReactNode;
  readonly aside: (run: RunView) => ReactNode;
}

/** The newest runs of one status, in few words. */
export function RunList({ status, most, empty, note, aside }: RunListProps) {
  const { data, error, refetch } = useInfiniteQuery(runListQuery({ status }));
  if (error !== null && data === undefined) {
    return <ErrorState error={error} title="The runs could not be loaded" onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <SkeletonRows rows={2} height="4rem" label="Loading the runs" />;
  const runs = data.pages.flatMap((page) => page.runs).slice(0, most);
  if (runs.length === 0) return <p className={styles["quiet"]}>{empty}</p>;
  return (
    <ul className={styles["list"]}>
      {runs.map((run) => (
        <li key={run.runUUID} data-row data-run={run.runUUID}>
          <Thumbnail artifact={pictureOf(run)} alt="" />
          <div className={styles["text"]}>
            <Link to="/runs/$uuid" params={{ uuid: run.runUUID }}>
              {run.file}
            </Link>
            {note(run)}
          </div>
          <span className={styles["aside"]}>{aside(run)}</span>
        </li>
      ))}
    </ul>
  );
}
