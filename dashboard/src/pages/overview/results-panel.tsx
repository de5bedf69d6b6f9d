import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Images } from "lucide-react";
import { runListQuery } from "../../api/runs.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { shownStatus } from "../../components/shown-status.ts";
import { Skeleton } from "../../components/skeleton.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Thumbnail } from "../../components/thumbnail.tsx";
import { pictureOf } from "../runs/run-pictures.ts";
import styles from "./results-panel.module.css";

const MOST_SHOWN = 12;
const PLACES = Array.from({ length: 6 }, (_, place) => place);

/** The newest runs as pictures: what came out, or what went in as long as nothing did. */
export function ResultsPanel() {
  const { data, error, refetch } = useInfiniteQuery(runListQuery());
  const runs = data?.pages.flatMap((page) => page.runs).slice(0, MOST_SHOWN);
  return (
    <Panel title="Newest" aside={<Link to="/runs">All runs</Link>}>
      {error !== null && data === undefined && (
        <ErrorState error={error} title="The runs could not be loaded" onRetry={() => void refetch()} />
      )}
      {runs?.length === 0 && (
        <EmptyState icon={Images} title="No pictures yet">
          <p>
            Run a workflow on one, and it appears here by itself:{" "}
            <code>maskloom run face-detail photo.jpg --out out</code>
          </p>
        </EmptyState>
      )}
      {(runs?.length ?? 1) > 0 && error === null && (
        <ul className={styles["wall"]} aria-label="Newest runs">
          {runs?.map((run) => (
            <li key={run.runUUID} data-row data-run={run.runUUID}>
              <Link to="/runs/$uuid" params={{ uuid: run.runUUID }} title={`${run.file}, ${run.workflow}`}>
                <Thumbnail artifact={pictureOf(run)} alt="" size="fill" />
                <span className={styles["caption"]}>
                  <StatusBadge status={shownStatus(run)} isCompact />
                  <span>{run.file}</span>
                </span>
              </Link>
            </li>
          )) ?? PLACES.map((place) => <Skeleton key={place} width="100%" height="8rem" />)}
        </ul>
      )}
    </Panel>
  );
}
