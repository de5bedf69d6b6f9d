import { Link } from "@tanstack/react-router";
import { Duration } from "../../components/duration.tsx";
import { Panel } from "../../components/panel.tsx";
import styles from "./panel-list.module.css";
import { RunList } from "./run-list.tsx";

const MOST_SHOWN = 4;

export function RunningPanel() {
  const all = (
    <Link to="/runs" search={{ status: "running" }}>
      All that run
    </Link>
  );
  return (
    <Panel title="Running now" aside={all}>
      <RunList
        status="running"
        most={MOST_SHOWN}
        empty="Nothing runs at the moment."
        note={({ workflow }) => <span className={styles["note"]}>{workflow}</span>}
        aside={({ startedAt, endedAt }) => <Duration from={startedAt} to={endedAt} />}
      />
    </Panel>
  );
}
