import { CircleAlert, TriangleAlert } from "lucide-react";
import type { Mark } from "../../../components/workflow-editor/diagnostics.ts";
import styles from "./definition.module.css";

interface FaultListProps {
  readonly marks: readonly Mark[];
  readonly onGo: (mark: Mark) => void;
}

const ICONS = { error: CircleAlert, warning: TriangleAlert } as const;

/** What is wrong, and where; each leads there. */
export function FaultList({ marks, onGo }: FaultListProps) {
  return (
    <ul className={styles["faults"]}>
      {marks.map((mark) => {
        const Icon = ICONS[mark.severity];
        return (
          <li key={`${mark.line}:${mark.column} ${mark.message}`} data-severity={mark.severity}>
            <button type="button" onClick={() => onGo(mark)}>
              <Icon size={16} aria-hidden />
              <span className={styles["place"]}>
                {mark.line}:{mark.column}
              </span>
              <span>{mark.message}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
