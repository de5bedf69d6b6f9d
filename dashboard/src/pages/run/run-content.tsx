import { useQuery } from "@tanstack/react-query";
import { runQuery } from "../../api/runs.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { isMissing, ThingMissing } from "../not-here/thing-missing.tsx";
import styles from "./run-page.module.css";
import type { RunSearch } from "./run-search.ts";
import { RunView } from "./run-view.tsx";

interface RunContentProps {
  readonly runUUID: string;
  /** What of it is opened. */
  readonly search: RunSearch;
}

/** A run, or why it cannot be shown. */
export function RunContent({ runUUID, search }: RunContentProps) {
  const { data: run, error, refetch } = useQuery(runQuery(runUUID));
  /* It may have been deleted while it was looked at. */
  const isGone = isMissing(error);
  if (run !== undefined && !isGone) return <RunView key={runUUID} run={run} search={search} />;
  return (
    <Page title="Run" crumbs={[{ title: "Runs", to: "/runs" }]}>
      {error === null && (
        <div className={styles["columns"]} role="status">
          <span className="visually-hidden">Loading the run</span>
          <Skeleton width="100%" height="32rem" />
          <Skeleton width="100%" height="32rem" />
        </div>
      )}
      {isGone && <ThingMissing kind="run" name={runUUID} />}
      {error !== null && !isGone && (
        <ErrorState error={error} title="This run could not be loaded" onRetry={() => void refetch()} />
      )}
    </Page>
  );
}
