import { LayoutGrid, Rows3 } from "lucide-react";
import { useId } from "react";
import type { RunsSearch } from "./runs-search.ts";
import styles from "./view-switch.module.css";

interface ViewSwitchProps {
  readonly view: RunsSearch["view"];
  readonly onSwitch: () => void;
}

const VIEWS = [
  { view: undefined, title: "Table", icon: Rows3 },
  { view: "wall", title: "Wall of pictures", icon: LayoutGrid },
] as const;

export function ViewSwitch({ view, onSwitch }: ViewSwitchProps) {
  const name = useId();
  return (
    <fieldset className={styles["switch"]}>
      <legend className="visually-hidden">How the runs are shown</legend>
      {VIEWS.map(({ view: one, title, icon: Icon }) => (
        <label key={title} className={styles["view"]} title={title}>
          <input
            type="radio"
            className="visually-hidden"
            name={name}
            aria-label={title}
            checked={view === one}
            onChange={onSwitch}
          />
          <Icon size={17} aria-hidden />
        </label>
      ))}
    </fieldset>
  );
}
