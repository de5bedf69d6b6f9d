import type { ReactNode } from "react";
import styles from "./row-head.module.css";

interface RowHeadProps {
  /** What the row is about: a name, or a link to more of it. */
  readonly title: ReactNode;
  /** How it is. */
  readonly badges?: ReactNode;
  /** What is said of it in small: one remark, or several. */
  readonly notes?: readonly ReactNode[];
  readonly actions?: ReactNode;
}

/** The first line of a row that has more to say than a table could: a worker, a queue, a provider. */
export function RowHead({ title, badges, notes = [], actions }: RowHeadProps) {
  return (
    <div className={styles["head"]}>
      <h3>{title}</h3>
      {badges}
      {notes.map((note, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a remark is its place in the line
        <span key={at} className={styles["note"]}>
          {note}
        </span>
      ))}
      {actions !== undefined && <span className={styles["actions"]}>{actions}</span>}
    </div>
  );
}
