import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { alikeRunsQuery } from "../../api/compare.ts";
import { Panel } from "../../components/panel.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { shownStatus } from "../../components/shown-status.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Thumbnail } from "../../components/thumbnail.tsx";
import styles from "./alike-panel.module.css";

const MOST_SHOWN = 6;

/** Other runs of the same picture, each a click away from being laid beside this one; nothing where there is none. */
export function AlikePanel({ runUUID }: { readonly runUUID: string }) {
  const { data } = useQuery(alikeRunsQuery(runUUID));
  if (data === undefined || data.runs.length === 0) return null;
  return (
    <Panel title="Other runs of this picture">
      <ul className={styles["runs"]}>
        {data.runs.slice(0, MOST_SHOWN).map((run) => (
          <li key={run.runUUID}>
            <Thumbnail artifact={run.pictures.output ?? run.pictures.input} alt="" />
            <span className={styles["words"]}>
              <Link to="/runs/$uuid" params={{ uuid: run.runUUID }}>
                {run.workflow}
              </Link>
              <RelativeTime at={run.createdAt} />
            </span>
            <StatusBadge status={shownStatus(run)} isCompact />
            {run.pictures.input !== null && (
              <Link to="/compare" search={{ left: run.runUUID, right: runUUID }}>
                Compare
              </Link>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
