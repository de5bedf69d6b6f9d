import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { overviewQuery } from "../../api/overview.ts";
import { Panel } from "../../components/panel.tsx";
import { shownStatus } from "../../components/shown-status.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import styles from "./panel-list.module.css";
import { RunList } from "./run-list.tsx";

const MOST_SHOWN = 4;
const STATUSES = "held,uncertain";

/** Runs in which nothing goes on until somebody gives money or looks at a bill; nothing where there are none. */
export function HeldPanel() {
  const parked = useQuery(overviewQuery).data?.runs.parked ?? 0;
  if (parked === 0) return null;
  const all = (
    <Link to="/runs" search={{ status: STATUSES }}>
      {parked > MOST_SHOWN ? `All ${parked} that are held` : "All that are held"}
    </Link>
  );
  return (
    <Panel title="Held" aside={all}>
      <RunList
        status={STATUSES}
        most={MOST_SHOWN}
        empty="Nothing is held any more."
        note={({ workflow }) => <span className={styles["note"]}>{workflow}</span>}
        aside={(run) => <StatusBadge status={shownStatus(run)} />}
      />
    </Panel>
  );
}
