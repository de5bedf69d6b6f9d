import { Link } from "@tanstack/react-router";
import { classNames } from "../../components/class-names.ts";
import { Panel } from "../../components/panel.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { withoutFile } from "../../components/without-file.ts";
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
        note={({ file, error, workflow }) => (
          <span className={classNames(styles["note"], styles["error"])}>
            {error === null ? workflow : withoutFile(error.message, file)}
          </span>
        )}
        aside={({ endedAt, createdAt }) => <RelativeTime at={endedAt ?? createdAt} />}
      />
    </Panel>
  );
}
