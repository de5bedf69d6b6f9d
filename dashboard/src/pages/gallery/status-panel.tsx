import { Panel } from "../../components/panel.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { type AnyStatus, STATUS_LOOKS } from "../../components/status-look.ts";
import styles from "./gallery-page.module.css";

const STATUSES = Object.keys(STATUS_LOOKS) as AnyStatus[];

export function StatusPanel() {
  return (
    <Panel title="Status">
      <div className={styles["samples"]}>
        {STATUSES.map((status) => (
          <StatusBadge key={status} status={status} />
        ))}
      </div>
      <div className={styles["samples"]}>
        {STATUSES.map((status) => (
          <StatusBadge key={status} status={status} isCompact />
        ))}
      </div>
    </Panel>
  );
}
