import { Link } from "@tanstack/react-router";
import { classNames } from "../../components/class-names.ts";
import { Panel } from "../../components/panel.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import styles from "./panel-list.module.css";
import { RunList } from "./run-list.tsx";

const MOST_SHOWN = 5;

export function FailedPanel() {
  const all = (
    <Link to="/runs" search={{ status: "failed" }}>
      All that failed
    </Link>
  );
  return (
    <Panel title="Failed last" aside={all}>
      <RunList
        status="failed"
        most={MOST_SHOWN}
        empty="Nothing failed."
        note={({ error, workflow }) => (
          <span className={classNames(styles["note"], styles["error"])}>{error?.message ?? workflow}</span>
        )}
        aside={({ endedAt, createdAt }) => <RelativeTime at={endedAt ?? createdAt} />}
      />
    </Panel>
  );
}
