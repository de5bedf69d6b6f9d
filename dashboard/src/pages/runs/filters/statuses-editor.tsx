import { StatusBadge } from "../../../components/status-badge.tsx";
import { RUN_STATUSES } from "../runs-search.ts";
import styles from "./editors.module.css";
import type { FilterEditorProps } from "./filter-editor-props.ts";

export function StatusesEditor({ search, onChange }: FilterEditorProps) {
  const chosen = new Set(search.status?.split(","));
  const change = (status: string, isOn: boolean) => {
    const next = RUN_STATUSES.filter((one) => (one === status ? isOn : chosen.has(one)));
    onChange({ status: next.join(",") });
  };
  return (
    <div className={styles["options"]}>
      {RUN_STATUSES.map((status) => (
        <label key={status} className={styles["option"]}>
          <input
            type="checkbox"
            checked={chosen.has(status)}
            onChange={(event) => change(status, event.target.checked)}
          />
          <StatusBadge status={status} />
        </label>
      ))}
    </div>
  );
}
