import { type ReactNode, useId } from "react";
import styles from "./panel.module.css";

interface PanelProps {
  readonly title: string;
  /** A link to all of it, say. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page with a name of its own. */
export function Panel({ title, aside, children }: PanelProps) {
  const id = useId();
  return (
    <section className={styles["panel"]} aria-labelledby={id}>
      <header className={styles["header"]}>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      <div className={styles["content"]}>{children}</div>
    </section>
  );
}
